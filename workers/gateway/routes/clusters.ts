/** The cluster: creating it, finding it, and the scope that command line tools ask for. */

import * as v from "valibot";
import { isUuid } from "../../../src/base/uuid.ts";
import { CLUSTER_NAME, Operation, ResourceType } from "../../../src/state/authorizer.ts";
import { tokenText } from "../bearer.ts";
import { ADMIN, bootstrapProblem, firstToken } from "../bootstrap.ts";
import type { QuorumCalls } from "../context.ts";
import { createCluster, isHalfCreated } from "../create-cluster.ts";
import { areDistinct, dictionary, fields, int32, integer, text } from "../input.ts";
import { badRequest, HttpError } from "../kafka-error.ts";
import { operationsJson, operationsQuery, principal } from "../parameters.ts";
import { clusterJson, Links } from "../presentation.ts";
import { NotFormattedError } from "../reply-error.ts";
import { CLUSTER, CLUSTERS, type Route, route } from "../route.ts";
import { CLUSTER_SHAPES } from "../shapes/cluster-shapes.ts";

/** Only whoever may do everything with a cluster is told that there is one already. */
async function requireCreator(quorum: QuorumCalls): Promise<void> {
  if (quorum.isBootstrap || !quorum.access.isRequired) return;
  try {
    await quorum.authenticate({
      operation: Operation.ALTER,
      resourceType: ResourceType.CLUSTER,
      resourceName: CLUSTER_NAME,
    });
  } catch (error) {
    if (!(error instanceof NotFormattedError)) throw error;
    throw bootstrapProblem(quorum.access);
  }
}

const create = route({
  method: "POST",
  path: CLUSTERS,
  operationId: "createCluster",
  tag: "Cluster",
  summary: "Create the cluster",
  description:
    "Formats every controller. There is one cluster: a second create changes nothing. A create that was cut off is finished by the same request again. Where authentication is required it takes the bootstrap token, and its answer shows the first access token; so does that of the same create again, should the first answer have been lost.",
  createsCluster: true,
  refusesKey:
    "nobody remembers it before there is a cluster. The same create again finishes the first one.",
  body: fields({
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
    admin_principal: v.optional(
      v.pipe(principal, v.description("Whose the first access token is; User:admin when absent.")),
    ),
    features: v.optional(
      dictionary(text(100), integer(0, 32767), {
        message: "must be an object of levels",
        shape: { type: "integer", minimum: 0, maximum: 32767 },
      }),
      {},
    ),
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
        (controllers) => areDistinct(controllers, ({ id }) => id),
        "must not name a controller twice",
      ),
    ),
  }),
  answers: {
    201: {
      description: "Created.",
      schema: CLUSTER_SHAPES.KafkaClusterCreated,
      headers: { Location: "The cluster." },
    },
  },
  errors: [409, 503],
  right: { operation: "ALTER", resourceType: "CLUSTER", resource: "cluster" },
  async handle({ body, context, quorum }) {
    if (body.release !== undefined && body.metadata_version !== undefined) {
      throw badRequest("Give either release or metadata_version, not both.");
    }
    const release = body.release ?? body.metadata_version;
    const { directory, timers, access, isBootstrap } = quorum;
    await requireCreator(quorum);
    const { bootstrapToken } = access;
    if (body.admin_principal !== undefined && !isBootstrap) {
      throw badRequest(
        'Field "admin_principal" is for the first access token, which only a create with the bootstrap token makes.',
      );
    }
    const makeToken = (clusterId: string) =>
      firstToken(bootstrapToken ?? "", clusterId, body.admin_principal ?? ADMIN);
    const document = await createCluster(directory, timers, {
      firstToken: isBootstrap ? async (clusterId) => (await makeToken(clusterId)).first : null,
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
    const shown = isBootstrap
      ? { access_token: tokenText((await makeToken(document.clusterId)).token) }
      : {};
    const cluster = { ...links.item("KafkaCluster", []), voters, features, ...shown };
    return context.json(cluster, 201, { Location: links.url([]) });
  },
});

/** Whether there is no cluster. A create that got stuck has made none yet, and whoever finds none creates it again. */
async function isAbsence(error: unknown, { directory, timers }: QuorumCalls): Promise<boolean> {
  if (!(error instanceof HttpError)) return false;
  if (error instanceof NotFormattedError) return true;
  return error.status === 503 && (await isHalfCreated(directory, timers));
}

const list = route({
  method: "GET",
  path: CLUSTERS,
  operationId: "listClusters",
  tag: "Cluster",
  summary: "List clusters",
  answers: {
    200: { description: "The cluster, or none.", schema: CLUSTER_SHAPES.KafkaClusterList },
  },
  errors: [503],
  right: { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const { quorum, context } = call;
    const data: object[] = [];
    try {
      const { clusterId, controllerId } = await quorum.read({ what: "cluster" });
      data.push(clusterJson(new Links(context, clusterId), controllerId));
    } catch (error) {
      if (!(await isAbsence(error, quorum))) throw error;
    }
    const self = `${new URL(context.req.url).origin}${CLUSTERS}`;
    return call.ok({ kind: "KafkaClusterList", metadata: { self, next: null }, data });
  },
});

const get = route({
  method: "GET",
  path: CLUSTER,
  operationId: "getCluster",
  tag: "Cluster",
  summary: "Describe the cluster",
  query: operationsQuery,
  answers: { 200: { description: "The cluster.", schema: CLUSTER_SHAPES.KafkaCluster } },
  right: { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const cluster = await call.quorum.read({ what: "cluster" });
    return call.okFrom(cluster, () => ({
      ...clusterJson(call.links, cluster.controllerId),
      controller_id: cluster.controllerId,
      features: cluster.features,
      ...operationsJson(cluster.authorizedOperations, call.query),
    }));
  },
});

const metadataId = route({
  method: "GET",
  path: "/v1/metadata/id",
  operationId: "getMetadataId",
  tag: "Cluster",
  summary: "The id of the cluster, as the confluent CLI reads it",
  answers: { 200: { description: "The id.", schema: CLUSTER_SHAPES.MetadataId } },
  errors: [404, 503],
  right: null,
  async handle(call) {
    const { quorum } = call;
    const id = await quorum.clusterId().catch(async (error: unknown) => {
      if (await isAbsence(error, quorum)) return null;
      throw error;
    });
    if (id === null) throw new HttpError(404, 404, "There is no cluster yet.");
    return call.ok({ id, scope: { path: [], clusters: { "kafka-cluster": id } } });
  },
});

export const clusterRoutes: readonly Route[] = [create, list, get, metadataId];
