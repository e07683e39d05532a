// The Worker: the gateway over HTTP, a TCP listener where the host has one, and the controllers.

import { ControllerObject } from "./controller/controller-object.ts";
import { openKafkaWebSocket } from "./controller/stub.ts";
import { acceptTcp } from "./controller/tcp-listener.ts";
import { directoryOf } from "./controller-directory.ts";
import type { Env } from "./env.ts";
import { createApp } from "./gateway/app.ts";
import { PeerEntrypoint } from "./peer-entrypoint.ts";

export { ControllerObject, PeerEntrypoint };

const KAFKA_PATH = /^\/controllers\/([1-9])\/kafka$/;
const app = createApp(directoryOf);

/** A Kafka connection goes to its controller, everything else to the gateway. */
function serve(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
  const kafka = new URL(request.url).pathname.match(KAFKA_PATH);
  if (kafka !== null) return openKafkaWebSocket(env, Number(kafka[1]), request);
  return app.fetch(request, env, ctx);
}

export default { fetch: serve, connect: acceptTcp } satisfies ExportedHandler<Env>;
