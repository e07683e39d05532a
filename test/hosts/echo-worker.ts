// The Worker with an echo node in place of the controller node, for the tests of the hosts.

import { ControllerObject as RealControllerObject } from "../../workers/controller/controller-object.ts";
import { controllerStub, openKafkaWebSocket } from "../../workers/controller/stub.ts";
import { acceptTcp } from "../../workers/controller/tcp-listener.ts";
import type { Env } from "../../workers/env.ts";
import { PeerEntrypoint } from "../../workers/peer-entrypoint.ts";
import { createNode } from "./echo-node.ts";

class ControllerObject extends RealControllerObject {
  static override readonly createNode = createNode;
}

export { ControllerObject, PeerEntrypoint };

/** Serves `/controllers/<id>/kafka` as the gateway does and `/controllers/<id>/api` for the tests. */
async function serve(request: Request, env: Env): Promise<Response> {
  const path = new URL(request.url).pathname.match(/^\/controllers\/([1-9])\/(kafka|api)$/);
  if (path === null) return new Response("not found", { status: 404 });
  const controllerId = Number(path[1]);
  if (path[2] === "kafka") return openKafkaWebSocket(env, controllerId, request);
  try {
    return Response.json(await controllerStub(env, controllerId)?.api(await request.json()));
  } catch (error) {
    return Response.json({ error: String(error) }, { status: 500 });
  }
}

export default { fetch: serve, connect: acceptTcp } satisfies ExportedHandler<Env>;
