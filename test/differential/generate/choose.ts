/** Which API is next, and all that its request shares with others: the version and in whose name. */

import { APIS, type ApiName } from "../../../src/protocol/apis.ts";
import type { RequestStep, Step } from "../step.ts";
import * as brokers from "./brokers.ts";
import * as cluster from "./cluster.ts";
import * as configs from "./configs.ts";
import { type Context, type Draft, type Generator, PRINCIPALS } from "./context.ts";
import * as partitions from "./partitions.ts";
import * as security from "./security.ts";
import * as topics from "./topics.ts";

/** Every API of the comparison, with how often it is drawn. */
export const GENERATORS: Readonly<
  Partial<Record<ApiName, readonly [weight: number, make: Generator]>>
> = {
  apiVersions: [2, cluster.apiVersions],
  saslHandshake: [1, security.saslHandshake],
  saslAuthenticate: [1, security.saslAuthenticate],
  createTopics: [10, topics.createTopics],
  deleteTopics: [5, topics.deleteTopics],
  createPartitions: [6, topics.createPartitions],
  alterPartition: [14, partitions.alterPartition],
  alterPartitionReassignments: [10, partitions.alterPartitionReassignments],
  listPartitionReassignments: [3, partitions.listPartitionReassignments],
  electLeaders: [8, partitions.electLeaders],
  assignReplicasToDirs: [4, brokers.assignReplicasToDirs],
  brokerRegistration: [9, brokers.brokerRegistration],
  brokerHeartbeat: [16, brokers.brokerHeartbeat],
  unregisterBroker: [4, brokers.unregisterBroker],
  allocateProducerIds: [3, brokers.allocateProducerIds],
  controllerRegistration: [1, brokers.controllerRegistration],
  unregisterController: [3, brokers.unregisterController],
  incrementalAlterConfigs: [14, configs.incrementalAlterConfigs],
  alterConfigs: [10, configs.alterConfigs],
  describeConfigs: [6, configs.describeConfigs],
  createAcls: [6, security.createAcls],
  deleteAcls: [6, security.deleteAcls],
  describeAcls: [4, security.describeAcls],
  alterClientQuotas: [8, cluster.alterClientQuotas],
  alterUserScramCredentials: [5, security.alterUserScramCredentials],
  describeUserScramCredentials: [3, security.describeUserScramCredentials],
  createDelegationToken: [5, security.createDelegationToken],
  renewDelegationToken: [4, security.renewDelegationToken],
  expireDelegationToken: [4, security.expireDelegationToken],
  describeDelegationToken: [3, security.describeDelegationToken],
  updateFeatures: [6, cluster.updateFeatures],
  describeCluster: [3, cluster.describeCluster],
  describeQuorum: [3, cluster.describeQuorum],
};

/** The state of a cluster grows through these, whatever a run looks at. */
const GROUND: readonly ApiName[] = [
  "createTopics",
  "deleteTopics",
  "brokerRegistration",
  "brokerHeartbeat",
  "alterPartition",
];

export interface Choice {
  /** The APIs that this run looks at; all that both sides serve when null. */
  readonly only: ReadonlySet<ApiName> | null;
  /** Other principals than the connection's are worth trying. */
  readonly authorizes: boolean;
}

const ENVELOPED = 0.25;
const IN_ANOTHER_NAME = 0.5;

export function chooseStep(context: Context, choice: Choice): Step {
  const { random, model, versions } = context;
  if (model.brokers.size < 4) {
    const unregistered = [11, 12, 13, 14, 15, 16].filter((id) => !model.brokers.has(id));
    const body = brokers.newRegistration(context, random.pick(unregistered));
    return stepOf(context, choice, "brokerRegistration", {
      body,
      version: versions.get("brokerRegistration")?.max ?? 4,
      principal: null,
    });
  }
  if (random.chance(0.012))
    return {
      kind: "envelope",
      fault: random.pick([
        "principal",
        "address",
        "not-forwardable",
        "inner-version",
        "inner-bytes",
      ]),
    };
  for (;;) {
    const api = chooseApi(context, choice);
    const draft = GENERATORS[api]?.[1](context) ?? null;
    if (draft !== null) return stepOf(context, choice, api, draft);
  }
}

function chooseApi({ random, versions }: Context, { only }: Choice): ApiName {
  const served = (Object.keys(GENERATORS) as ApiName[]).filter((api) => versions.has(api));
  const weighed = served.map((api): readonly [number, () => ApiName] => {
    const weight = GENERATORS[api]?.[0] ?? 0;
    return [weightIn(api, weight, only), () => api];
  });
  return random.oneOf(weighed);
}

function weightIn(api: ApiName, weight: number, only: ReadonlySet<ApiName> | null): number {
  if (only === null) return weight;
  if (only.has(api)) return 20 * weight;
  return GROUND.includes(api) ? 2 * weight : 0;
}

function stepOf(context: Context, choice: Choice, api: ApiName, draft: Draft): RequestStep {
  const { random, versions } = context;
  const range = versions.get(api) ?? { min: 0, max: 0 };
  // The newest version says the most.
  const version =
    draft.version ?? (random.chance(0.6) ? range.max : random.between(range.min, range.max));
  const mayBeEnveloped = APIS[api].forwardable && draft.principal === undefined;
  const principal =
    mayBeEnveloped && random.chance(ENVELOPED)
      ? somebody(context, choice)
      : (draft.principal ?? null);
  return {
    kind: "request",
    api,
    version,
    body: draft.body,
    principal: APIS[api].forwardable ? principal : null,
    placedTopics: new Set(draft.placedTopics),
    followUps: draft.followUps ?? [],
  };
}

function somebody({ random }: Context, { authorizes }: Choice): RequestStep["principal"] {
  if (authorizes && random.chance(IN_ANOTHER_NAME)) return random.pick(PRINCIPALS);
  return { type: "User", name: "ANONYMOUS", tokenAuthenticated: false };
}
