/** What the Worker does with a request: a Kafka connection goes to its controller, everything else to the gateway. */

import { directoryOf } from "./controller-directory.ts";
import { accessOf, type Env } from "./env.ts";
import { AddressBrake } from "./gateway/address-brake.ts";
import { createApp } from "./gateway/app.ts";
import { KafkaDoor, kafkaControllerOf } from "./kafka-door.ts";
import { RequestLines } from "./request-lines.ts";

const brake = new AddressBrake();
const requestLines = new RequestLines();
let areLinesTogether = false;
const writeLine = (line: string): void => {
  if (areLinesTogether) requestLines.write(line);
  else console.log(line);
};
const app = createApp(directoryOf, { accessOf, brake, writeLine });
const door = new KafkaDoor(brake, writeLine);

export function serve(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
): Response | Promise<Response> {
  areLinesTogether = env.LOG_LINES_TOGETHER === "true";
  const controllerId = kafkaControllerOf(request.url);
  if (controllerId !== null) return door.open(env, controllerId, request);
  return app.fetch(request, env, ctx);
}
