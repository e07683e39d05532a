// The Worker with an echo node in place of the controller node, for the tests of the hosts.

import { ControllerObject as RealControllerObject } from "../../workers/controller/controller-object.ts";
import { controllerStub } from "../../workers/controller/stub.ts";
import { acceptTcp } from "../../workers/controller/tcp-listener.ts";
import type { Env } from "../../workers/env.ts";
import { PeerEntrypoint } from "../../workers/peer-entrypoint.ts";
import { createNode } from "./echo-node.ts";

class ControllerObject extends RealControllerObject {
  static override readonly createNode = createNode;
}

export { ControllerObject, PeerEntrypoint };

/** Serves what hosts need of the gateway, and `/controllers/<id>/api` for the tests. */
async function serve(request: Request, env: Env): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/kafka/v3/clusters") return createCluster(request, env);
  if (pathname === "/v1/metadata/id") return findCluster(env);
  const path = pathname.match(/^\/controllers\/([1-9])\/(kafka|api)$/);
  if (path === null) return new Response("not found", { status: 404 });
  const controllerId = Number(path[1]);
  const notFound = new Response("no such controller", { status: 404 });
  if (path[2] === "kafka") return controllerStub(env, controllerId)?.fetch(request) ?? notFound;
  try {
    return Response.json(await controllerStub(env, controllerId)?.api(await request.json()));
  } catch (error) {
    return Response.json({ error: String(error) }, { status: 500 });
  }
}

/** One cluster, named by what was asked for when it was made. */
async function createCluster(request: Request, env: Env): Promise<Response> {
  const value = `cluster-of-${await request.text()}`;
  await controllerStub(env, 1)?.api({ kind: "put", key: "cluster", value });
  return Response.json({ cluster_id: value }, { status: 201 });
}

async function findCluster(env: Env): Promise<Response> {
  const found = await controllerStub(env, 1)?.api({ kind: "get", key: "cluster" });
  const id = (found as { value: string | null } | undefined)?.value ?? null;
  return Response.json({ id }, { status: id === null ? 404 : 200 });
}

export default { fetch: serve, connect: acceptTcp } satisfies ExportedHandler<Env>;
