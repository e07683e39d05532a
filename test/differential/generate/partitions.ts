/** What happens to partitions that are there: new ISRs, reassignments and elections. */

import type { Body } from "../step.ts";
import {
  type Context,
  type Draft,
  type Located,
  partitionsOf,
  someBrokerId,
  someEpoch,
  someReplicas,
  someTopicName,
  topicsOf,
  wrongReplicas,
} from "./context.ts";

const TIMEOUT_MS = 60_000;

export function alterPartition(context: Context): Draft | null {
  const { random } = context;
  const led = partitionsOf(context).filter(({ partition }) => partition.leader >= 0);
  const chosen = random.pickOrNull(led);
  if (chosen === null) return null;
  const brokerId = random.chance(0.94) ? chosen.partition.leader : someBrokerId(context);
  const same = led.filter(({ partition }) => partition.leader === brokerId);
  const located = [chosen, ...random.sample(same, random.pick([0, 0, 0, 1, 2]))];
  const topics = located.map((one) => ({
    topicId: random.chance(0.95) ? one.topic.id : random.uuid(),
    partitions: random.many(1, 1, () => someIsrChange(context, one)),
  }));
  if (random.chance(0.03)) topics.push(...topics.slice(0, 1));
  const body = { brokerId, brokerEpoch: someEpoch(context, brokerId), topics };
  return { body: random.chance(0.02) ? { ...body, topics: [] } : body };
}

function someIsrChange(context: Context, located: Located): Body {
  const { random, model } = context;
  const { partition, index } = located;
  const isr = someIsr(context, located);
  return {
    partitionIndex: random.chance(0.95) ? index : random.pick([-1, 77]),
    leaderEpoch: partition.leaderEpoch + shift(context),
    newIsr: isr,
    newIsrWithEpochs: isr.map((brokerId) => ({
      brokerId,
      brokerEpoch: random.oneOf<string | bigint>([
        [60, () => model.brokers.get(brokerId)?.epoch ?? -1n],
        [20, () => -1n],
        [4, () => someEpoch(context, brokerId)],
      ]),
    })),
    // Over any other value an Apache controller resigns.
    leaderRecoveryState: random.chance(0.93) ? 0 : 1,
    partitionEpoch: partition.partitionEpoch + shift(context),
  };
}

/** Mostly nothing; now and then an epoch that is behind or ahead. */
function shift({ random }: Context): number {
  return random.chance(0.93) ? 0 : random.pick([-1, 1, 5]);
}

function someIsr(context: Context, { partition }: Located): number[] {
  const { random, model } = context;
  const { replicas, isr, leader } = partition;
  const others = replicas.filter((id) => id !== leader);
  const live = others.filter((id) => model.brokers.get(id)?.fenced === false);
  return random.oneOf<number[]>([
    [25, () => random.shuffled([leader, ...live])],
    [25, () => random.shuffled([leader, ...random.sample(live, random.below(3))])],
    [8, () => [...isr]],
    [8, () => [...replicas]],
    [4, () => random.sample(others, random.between(1, 2))],
    [3, () => [leader, leader]],
    [3, () => [leader, random.pick([99, 11, 12, 16, -1])]],
    [2, () => []],
  ]);
}

/** No partition twice: an Apache controller may end over two changes of one partition that do not go together. */
export function alterPartitionReassignments(context: Context): Draft | null {
  const { random } = context;
  const all = partitionsOf(context);
  const moving = all.filter(
    ({ partition }) => partition.adding.length + partition.removing.length > 0,
  );
  const located = random.many(1, 2, () => {
    return moving.length > 0 && random.chance(0.45) ? random.pick(moving) : random.pickOrNull(all);
  });
  const different = new Set(located.filter((one) => one !== null));
  const topics = [...different].map((one) => ({
    name: random.chance(0.93) ? one.topic.name : someTopicName(context),
    partitions: [
      {
        partitionIndex: random.chance(0.94) ? one.index : random.pick([-1, 55]),
        replicas: someTarget(context, one),
      },
    ],
  }));
  return {
    body: {
      timeoutMs: TIMEOUT_MS,
      allowReplicationFactorChange: random.chance(0.7),
      topics: random.chance(0.02) ? [] : topics,
    },
  };
}

function someTarget(context: Context, { partition }: Located): number[] | null {
  const { random } = context;
  const { replicas, adding, removing } = partition;
  const isMoving = adding.length + removing.length > 0;
  const size = replicas.length - removing.length;
  return random.oneOf<number[] | null>([
    [isMoving ? 12 : 3, () => null],
    [14, () => someReplicas(context, size)],
    [6, () => someReplicas(context, random.between(1, 4))],
    [4, () => random.shuffled([...replicas])],
    [3, () => [...replicas]],
    [3, () => replicas.filter((id) => !removing.includes(id))],
    [3, () => replicas.filter((id) => !adding.includes(id))],
    [5, () => wrongReplicas(context)],
  ]);
}

export function listPartitionReassignments(context: Context): Draft {
  const { random } = context;
  const topics = random.oneOf<Body[] | null>([
    [5, () => null],
    [1, () => []],
    [
      5,
      () =>
        random.many(1, 3, () => ({
          name: someTopicName(context),
          partitionIndexes: random.many(0, 3, () => random.pick([0, 1, 2, 9, -1])),
        })),
    ],
  ]);
  return { body: { timeoutMs: TIMEOUT_MS, topics } };
}

export function electLeaders(context: Context): Draft {
  const { random } = context;
  const all = partitionsOf(context);
  const notPreferred = all.filter(({ partition }) => partition.leader !== partition.replicas[0]);
  const topicPartitions = random.oneOf<Body[] | null>([
    [2, () => null],
    [1, () => []],
    [10, () => random.many(1, 3, () => someElection(context, notPreferred))],
    [6, () => random.many(1, 3, () => someElection(context, all))],
  ]);
  return {
    body: {
      electionType: random.oneOf([
        [10, () => 0],
        [6, () => 1],
        [1, () => random.pick([2, -1, 127])],
      ]),
      topicPartitions,
      timeoutMs: TIMEOUT_MS,
    },
  };
}

function someElection(context: Context, located: readonly Located[]): Body {
  const { random } = context;
  const one = random.pickOrNull(located);
  if (one === null || random.chance(0.08)) {
    return { topic: someTopicName(context), partitions: [random.pick([0, 1, 66, -1])] };
  }
  return { topic: one.topic.name, partitions: random.chance(0.9) ? [one.index] : [one.index, 66] };
}

/** Every topic with its partitions, for reads. */
export function topicNames(context: Context): string[] {
  return topicsOf(context).map(({ name }) => name);
}
