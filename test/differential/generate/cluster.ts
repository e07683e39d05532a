/** Quotas, features, and what anybody may ask of a cluster. */

import type { Random } from "../random.ts";
import type { Body } from "../step.ts";
import { symbol } from "../symbols.ts";
import type { Context, Draft } from "./context.ts";

/** No quota here may slow the run itself down: small limits go to users and addresses that nobody is. */
const GREAT = 1e9;

export function alterClientQuotas({ random }: Context): Draft {
  const entries = random.many(random.chance(0.03) ? 0 : 1, 2, () => someQuota(random));
  if (random.chance(0.05)) entries.push(...entries.slice(0, 1));
  return { body: { entries, validateOnly: random.chance(0.1) } };
}

function someQuota(random: Random): Body {
  const user = (name: string | null) => ({ entityType: "user", entityName: name });
  const client = (name: string | null) => ({ entityType: "client-id", entityName: name });
  const ip = (name: string | null) => ({ entityType: "ip", entityName: name });
  const entity = random.oneOf<Body[]>([
    [12, () => [user(random.pick(["q1", "q2"]))]],
    [6, () => [client(random.pick(["c1", "c2"]))]],
    [6, () => [user("q1"), client(random.pick(["c1", null]))]],
    [4, () => [client("c1"), user("q2")]],
    [8, () => [ip(random.pick(["10.1.1.1", "10.1.1.2"]))]],
    [2, () => [ip(random.pick(["not an ip", "256.1.1.1", "::1", ""]))]],
    [2, () => [ip("10.1.1.1"), user("q1")]],
    [1, () => [user("q1"), user("q2")]],
    [1, () => [{ entityType: "group", entityName: "g" }]],
    [1, () => [user("")]],
    [1, () => []],
    [1, () => [{ entityType: "", entityName: null }]],
    [2, () => [user(null)]],
  ]);
  const isDefault = entity.every(({ entityName }) => entityName === null || entityName === "");
  const ops = random.many(random.chance(0.03) ? 0 : 1, 2, () =>
    someQuotaOp(random, entity, isDefault),
  );
  return { entity, ops: random.chance(0.06) ? [...ops, ...ops.slice(0, 1)] : ops };
}

function someQuotaOp(random: Random, entity: readonly Body[], isDefault: boolean): Body {
  const isIp = entity.some(({ entityType }) => entityType === "ip");
  const key = random.oneOf([
    [isIp ? 10 : 1, () => "connection_creation_rate"],
    [isIp ? 2 : 12, () => random.pick(["producer_byte_rate", "consumer_byte_rate"])],
    [isIp ? 1 : 6, () => random.pick(["request_percentage", "controller_mutation_rate"])],
    [1, () => random.pick(["no_such_quota", ""])],
  ]);
  const value = isDefault
    ? GREAT
    : random.pick([
        1,
        1000,
        100,
        1e9,
        0.5,
        1024.5,
        0,
        -1,
        1e19,
        2147483648,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        1e-9,
      ]);
  return { key, value, remove: random.chance(0.2) };
}

const FEATURES = [
  "metadata.version",
  "group.version",
  "transaction.version",
  "share.version",
  "streams.version",
  "eligible.leader.replicas.version",
  "kraft.version",
  "no.such.feature",
  "",
];

export function updateFeatures(context: Context): Draft {
  const { random, model } = context;
  const names = random.sample(FEATURES, random.between(random.chance(0.04) ? 0 : 1, 2));
  if (random.chance(0.04)) names.push(...names.slice(0, 1));
  const featureUpdates = names.map((feature) => {
    const now = model.features.get(feature) ?? 0;
    return {
      feature,
      maxVersionLevel: random.chance(0.8)
        ? now + random.pick([-1, 0, 0, 1, 1, 2])
        : random.pick([0, -1, 99, 7, 25, 33]),
      allowDowngrade: random.chance(0.4),
      upgradeType: random.chance(0.93)
        ? random.pick([1, 1, 1, 2, 3])
        : random.pick([0, 4, -1, 127]),
    };
  });
  // A run stays at its level: what would move it is only tried.
  const moves = names.some((name) => {
    return name === "metadata.version" || name === "eligible.leader.replicas.version";
  });
  return {
    body: { featureUpdates, timeoutMs: 60_000, validateOnly: moves || random.chance(0.3) },
    ...(moves ? { version: atLeastOne(context) } : {}),
  };
}

/** Version 0 cannot say that an update is only tried. */
function atLeastOne({ random, versions }: Context): number {
  return random.between(1, versions.get("updateFeatures")?.max ?? 1);
}

export function apiVersions({ random }: Context): Draft {
  return {
    body: {
      clientSoftwareName: random.chance(0.8)
        ? "differential"
        : random.pick(["", "a b", "-x", "x".repeat(300)]),
      clientSoftwareVersion: random.chance(0.8) ? "1.0" : random.pick(["", " ", "1_0"]),
      clusterId: random.pick([null, symbol("cluster"), "another-cluster"]),
      nodeId: random.pick([-1, -1, 77]),
    },
  };
}

export function describeCluster({ random }: Context): Draft {
  return {
    body: {
      includeClusterAuthorizedOperations: random.chance(0.4),
      endpointType: random.oneOf([
        [5, () => 2],
        [3, () => 1],
        [1, () => random.pick([0, 3, -1])],
      ]),
      includeFencedBrokers: random.chance(0.3),
    },
  };
}

export function describeQuorum({ random }: Context): Draft {
  const good = { topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] };
  const topics = random.oneOf<Body[]>([
    [6, () => [good]],
    [1, () => []],
    [1, () => [{ ...good, topicName: "orders" }]],
    [1, () => [{ ...good, partitions: [{ partitionIndex: 1 }] }]],
    [1, () => [{ ...good, partitions: [] }]],
    [1, () => [good, good]],
    [1, () => [{ ...good, partitions: [{ partitionIndex: 0 }, { partitionIndex: 1 }] }]],
  ]);
  return { body: { topics } };
}
