/** What generators know and share: the model, the seed's choices, and the small world that they keep to. */

import type { ApiName } from "../../../src/protocol/apis.ts";
import type { BrokerState, ClusterModel, PartitionState, TopicState } from "../model.ts";
import type { Random } from "../random.ts";
import type { VersionRange } from "../side.ts";
import type { Body, Principal, RequestStep } from "../step.ts";
import { symbol } from "../symbols.ts";

export interface Context {
  readonly random: Random;
  readonly model: ClusterModel;
  /** What each API that both sides serve is spoken at. */
  readonly versions: ReadonlyMap<ApiName, VersionRange>;
}

/** A request before it is given what it shares with all others. */
export interface Draft {
  readonly body: Body;
  readonly version?: number;
  readonly principal?: Principal | null;
  readonly placedTopics?: readonly string[];
  readonly followUps?: readonly RequestStep[];
}

/** Makes a request, or null when the cluster is in no state for it. */
export type Generator = (context: Context) => Draft | null;

/** Brokers live and die under these ids only. */
export const BROKER_IDS: readonly number[] = [11, 12, 13, 14, 15, 16];
export const RACKS: Readonly<Record<number, string | null>> = {
  11: "a",
  12: "b",
  13: "a",
  14: "b",
  15: null,
  16: "c",
};

/** Two of them would collide in metrics. */
export const TOPIC_NAMES: readonly string[] = [
  "orders",
  "payments",
  "clicks",
  "views",
  "a.b",
  "a_b",
  "logs",
  "__consumer_offsets",
  "__transaction_state",
  "x",
];
export const MAX_TOPICS = 14;
export const UNKNOWN_UUID = "unknownunknownunknownA";
export const UNASSIGNED_DIR = "AAAAAAAAAAAAAAAAAAAAAQ";
export const MIGRATING_DIR = "AAAAAAAAAAAAAAAAAAAAAA";
export const LOST_DIR = "AAAAAAAAAAAAAAAAAAAAAg";
const ALICE: Principal = { type: "User", name: "alice", tokenAuthenticated: false };

/** Whoever is no super user: what they may do depends on the ACLs of the moment. */
export const PRINCIPALS: readonly Principal[] = [
  ALICE,
  { type: "User", name: "bob", tokenAuthenticated: false },
  { type: "User", name: "carol", tokenAuthenticated: true },
];

export function brokersOf({ model }: Context): BrokerState[] {
  return [...model.brokers.values()];
}

export function liveBrokers(context: Context): BrokerState[] {
  return brokersOf(context).filter(({ fenced, inControlledShutdown }) => {
    return !fenced && !inControlledShutdown;
  });
}

export function topicsOf({ model }: Context): TopicState[] {
  return [...model.topics.values()];
}

export interface Located {
  readonly topic: TopicState;
  readonly index: number;
  readonly partition: PartitionState;
}

export function partitionsOf(context: Context): Located[] {
  return topicsOf(context).flatMap((topic) =>
    [...topic.partitions].map(([index, partition]) => ({ topic, index, partition })),
  );
}

export function unusedTopicName({ random, model }: Context): string {
  const unused = TOPIC_NAMES.filter((name) => !model.topics.has(name));
  return random.pickOrNull(unused) ?? `spare-${random.below(1000)}`;
}

/** Mostly a topic that is there; now and then one that is not, or a name that cannot be. */
export function someTopicName(context: Context): string {
  const { random } = context;
  const existing = topicsOf(context);
  return random.oneOf([
    [existing.length === 0 ? 0 : 85, () => random.pick(existing).name],
    [8, () => unusedTopicName(context)],
    [5, () => wrongTopicName(random)],
    [2, () => "__cluster_metadata"],
  ]);
}

export function wrongTopicName(random: Random): string {
  return random.pick([
    "",
    ".",
    "..",
    "sp ace",
    "sl/ash",
    "x".repeat(250),
    "ümlaut",
    "co:lon",
    "\u0000",
  ]);
}

/** A list of different brokers that may hold replicas, the first ones preferably live. */
export function someReplicas(context: Context, size: number): number[] {
  const { random } = context;
  const live = random.shuffled(liveBrokers(context)).map(({ id }) => id);
  const others = random
    .shuffled(brokersOf(context))
    .map(({ id }) => id)
    .filter((id) => !live.includes(id));
  const ordered = random.chance(0.85)
    ? [...live, ...others]
    : random.shuffled([...live, ...others]);
  return ordered.slice(0, size);
}

/** Assignments with something wrong in them. */
export function wrongReplicas(context: Context): number[] {
  const { random } = context;
  const some = someReplicas(context, random.between(1, 3));
  return random.oneOf([
    [1, () => []],
    [2, () => [...some, some[0] ?? 11]],
    [2, () => [...some, random.pick([99, 100, 2_000_000_000])]],
    [1, () => [-1, ...some]],
    [1, () => [99]],
  ]);
}

/** The epoch of a broker, or one that is not its epoch. */
export function someEpoch({ random, model }: Context, brokerId: number): string | bigint {
  const broker = model.brokers.get(brokerId);
  if (broker === undefined) return random.pick([0n, -1n, 12n]);
  return random.oneOf<string | bigint>([
    [88, () => broker.epoch],
    [4, () => `${broker.epoch}+-1`],
    [3, () => symbol("end", 100)],
    [2, () => -1n],
    [3, () => earlierEpoch(broker)],
  ]);
}

function earlierEpoch({ id, epoch }: BrokerState): string | bigint {
  const number = Number(epoch.split("/").at(-1));
  return number > 1 ? symbol(`epoch/${id}/${number - 1}`) : 0n;
}

export function someBrokerId(context: Context): number {
  const { random } = context;
  const known = brokersOf(context);
  return random.oneOf([
    [known.length === 0 ? 0 : 90, () => random.pick(known).id],
    [6, () => random.pick(BROKER_IDS)],
    [4, () => random.pick([-1, 0, 5, 99, 2_147_483_647])],
  ]);
}
