/** The cluster: creating it, finding it, and the scope that command line tools ask for. */

import * as v from "valibot";
import { isUuid } from "../../../src/base/uuid.ts";
import { type GatewayContext, NotFormattedError } from "../context.ts";
import { createCluster, isHalfCreated } from "../create-cluster.ts";
import { dictionary, fields, int32, integer, readBody, refuseQuery, text } from "../input.ts";
import { badRequest, HttpError } from "../kafka-error.ts";
import { clusterJson, Links } from "../presentation.ts";
import { CLUSTER, CLUSTERS, type Route } from "../route.ts";

const CreateBody = fields({
  cluster_id: v.optional(
    v.pipe(
      v.string("must be a string"),
      v.check(
        (id) => isUuid(id) && !id.startsWith("-"),
        "must be a Kafka UUID: 22 characters that do not begin with a dash",
      ),
    ),
  ),
  release: v.optional(text(20)),
  metadata_version: v.optional(v.union([int32, text(20)], "must be a level or the name of one")),
  features: v.optional(dictionary(text(100), integer(0, 32767), "must be an object of levels"), {}),
  controllers: v.pipe(
    v.array(
      fields({
        id: int32,
        host: v.pipe(text(255), v.minLength(1, "must not be empty")),
        port: integer(1, 65535),
      }),
      "must be an array",
    ),
    v.minLength(1, "must name at least one controller"),
    v.check(
      (controllers) => new Set(controllers.map(({ id }) => id)).size === controllers.length,
      "must not name a controller twice",
    ),
  ),
});

async function create(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const body = await readBody(context, CreateBody);
  if (body.release !== undefined && body.metadata_version !== undefined) {
    throw badRequest("Give either release or metadata_version, not both.");
  }
  const release = body.release ?? body.metadata_version;
  const { directory, timers } = context.var.quorum;
  const document = await createCluster(directory, timers, {
    clusterId: body.cluster_id ?? null,
    release: release === undefined ? null : String(release),
    features: body.features,
    controllers: body.controllers,
  });
  const links = new Links(context, document.clusterId);
  const voters = document.controllers.map(({ id, directoryId, host, port }) => ({
    controller_id: id,
    directory_id: directoryId,
    host,
    port,
  }));
  const features = { "metadata.version": document.metadataVersion, ...document.features };
  const created = { ...links.item("KafkaCluster", []), voters, features };
  return context.json(created, 201, { Location: links.url([]) });
}

async function list(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const { quorum } = context.var;
  const data: object[] = [];
  try {
    const { clusterId, controllerId } = await quorum.read({ what: "cluster" });
    data.push(clusterJson(new Links(context, clusterId), controllerId));
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    // A create that got stuck has made no cluster yet, and whoever finds none creates it again.
    const isAbsent =
      error instanceof NotFormattedError ||
      (error.status === 503 && (await isHalfCreated(quorum.directory, quorum.timers)));
    if (!isAbsent) throw error;
  }
  const self = `${new URL(context.req.url).origin}${CLUSTERS}`;
  return context.json({ kind: "KafkaClusterList", metadata: { self, next: null }, data });
}

async function get(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const cluster = await context.var.quorum.read({ what: "cluster" });
  const links = new Links(context, cluster.clusterId);
  return context.json({
    ...clusterJson(links, cluster.controllerId),
    controller_id: cluster.controllerId,
    features: cluster.features,
  });
}

async function metadataId(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const id = await context.var.quorum.clusterId();
  if (id === null) throw new HttpError(404, 404, "There is no cluster yet.");
  return context.json({ id, scope: { path: [], clusters: { "kafka-cluster": id } } });
}

export const clusterRoutes: readonly Route[] = [
  { method: "POST", path: CLUSTERS, handle: create },
  { method: "GET", path: CLUSTERS, handle: list },
  { method: "GET", path: CLUSTER, handle: get },
  { method: "GET", path: "/v1/metadata/id", handle: metadataId },
];
