/** Topics and partitions are made and deleted. Replicas are named in the request, except where placement is the point. */

import type { TopicState } from "../model.ts";
import { type Body, bareRequest, type RequestStep } from "../step.ts";
import {
  type Context,
  type Draft,
  liveBrokers,
  MAX_TOPICS,
  someReplicas,
  someTopicName,
  TOPIC_NAMES,
  topicsOf,
  UNKNOWN_UUID,
  unusedTopicName,
  wrongReplicas,
  wrongTopicName,
} from "./context.ts";
import { someConfigs } from "./topic-configs.ts";

const TIMEOUT_MS = 60_000;

export function createTopics(context: Context): Draft | null {
  const { random, model } = context;
  if (model.topics.size >= MAX_TOPICS && random.chance(0.8)) return null;
  const topics = random.many(random.chance(0.05) ? 0 : 1, 3, () => someTopic(context));
  if (random.chance(0.03)) topics.push(topics[0] ?? someTopic(context));
  const validateOnly = random.chance(0.12);
  const placed = topics.filter(({ assignments }) => (assignments as Body[]).length === 0);
  const placedTopics = placed.map(({ name }) => String(name));
  return {
    body: { topics, timeoutMs: TIMEOUT_MS, validateOnly },
    placedTopics,
    followUps: validateOnly ? [] : placedTopics.map((name) => deletion(context, name)),
  };
}

/** What was placed at random is not the same on both sides and must not live on. */
export function deletion({ versions }: Context, name: string): RequestStep {
  const version = Math.min(5, versions.get("deleteTopics")?.max ?? 5);
  return bareRequest("deleteTopics", version, { topicNames: [name], timeoutMs: TIMEOUT_MS });
}

function someTopic(context: Context): Record<string, unknown> {
  const { random } = context;
  const name = random.oneOf([
    [80, () => unusedTopicName(context)],
    [8, () => random.pick(TOPIC_NAMES)],
    [6, () => wrongTopicName(random)],
    [2, () => "__cluster_metadata"],
    [3, () => random.pick(["a.b", "a_b", "or.ders", "spare-1"])],
  ]);
  const configs = random.chance(0.5) ? [] : someConfigs(context);
  return { name, configs, ...someLayout(context) };
}

function someLayout(context: Context): Body {
  const { random } = context;
  return random.oneOf<Body>([
    [
      70,
      () => ({ numPartitions: -1, replicationFactor: -1, assignments: goodAssignments(context) }),
    ],
    [15, () => ({ ...someCounts(context), assignments: [] })],
    [
      12,
      () => ({ numPartitions: -1, replicationFactor: -1, assignments: wrongAssignments(context) }),
    ],
    [4, () => ({ ...someCounts(context), assignments: goodAssignments(context) })],
  ]);
}

function someCounts(context: Context): Body {
  const { random } = context;
  const numPartitions = random.chance(0.7)
    ? random.between(1, 4)
    : random.pick([-1, 0, 0, -2, -2, 10_001, 2_147_483_647]);
  const replicationFactor = random.chance(0.8)
    ? random.between(1, Math.max(1, liveBrokers(context).length))
    : random.pick([-1, 0, -2, 7, 32_767]);
  return { numPartitions, replicationFactor };
}

function goodAssignments(context: Context): Body[] {
  const { random } = context;
  const size = random.pick([1, 2, 3, 3, 3, 4, 6, 8]);
  const assignments = random.many(1, 4, (partitionIndex) => ({
    partitionIndex,
    brokerIds: someReplicas(context, size),
  }));
  return random.chance(0.1) ? random.shuffled(assignments) : assignments;
}

function wrongAssignments(context: Context): Body[] {
  const { random } = context;
  const good = goodAssignments(context);
  const first = good[0] ?? { partitionIndex: 0, brokerIds: [] };
  const fenced = [...context.model.brokers.values()].filter((broker) => broker.fenced);
  return random.oneOf<Body[]>([
    [4, () => [{ partitionIndex: 0, brokerIds: wrongReplicas(context) }]],
    [2, () => [...good, first]],
    [2, () => [{ ...first, partitionIndex: random.pick([1, -1, 5]) }]],
    [2, () => [...good, { partitionIndex: good.length, brokerIds: someReplicas(context, 1) }]],
    [2, () => [...good, { partitionIndex: good.length, brokerIds: wrongReplicas(context) }]],
    [
      fenced.length === 0 ? 0 : 3,
      () => [{ partitionIndex: 0, brokerIds: fenced.map(({ id }) => id) }],
    ],
  ]);
}

export function deleteTopics(context: Context): Draft | null {
  const { random, model } = context;
  if (model.topics.size < 4 && random.chance(0.8)) return null;
  const named = random.many(random.chance(0.05) ? 0 : 1, 2, () => someTopicName(context));
  if (random.chance(0.06)) named.push(named[0] ?? "x");
  const topics: Body[] = named.map((name) => {
    const id = model.topics.get(name)?.id ?? random.uuid();
    return random.oneOf<Body>([
      [8, () => ({ name, topicId: "AAAAAAAAAAAAAAAAAAAAAA" })],
      [8, () => ({ name: null, topicId: id })],
      [1, () => ({ name, topicId: id })],
      [1, () => ({ name: null, topicId: "AAAAAAAAAAAAAAAAAAAAAA" })],
      [1, () => ({ name: null, topicId: UNKNOWN_UUID })],
      [1, () => ({ name: "", topicId: "AAAAAAAAAAAAAAAAAAAAAA" })],
    ]);
  });
  return { body: { topics, topicNames: named, timeoutMs: TIMEOUT_MS } };
}

export function createPartitions(context: Context): Draft | null {
  const { random, model } = context;
  const names = random.many(random.chance(0.05) ? 0 : 1, 2, () => someTopicName(context));
  if (random.chance(0.06)) names.push(names[0] ?? "x");
  const topics = names.map((name) => someGrowth(context, name));
  const unplaceable = random.pickOrNull(tooManyReplicas(context));
  if (unplaceable !== null && !names.includes(unplaceable.name) && random.chance(0.7)) {
    const count = unplaceable.partitions.size + 1;
    topics.push({ name: unplaceable.name, count, assignments: null });
  }
  const validateOnly = random.chance(0.2);
  const placed = topics.filter(({ name, assignments }) => {
    return assignments === null && model.topics.has(String(name));
  });
  const placedTopics = placed.map(({ name }) => String(name));
  return {
    body: { topics, timeoutMs: TIMEOUT_MS, validateOnly },
    placedTopics,
    followUps: validateOnly ? [] : placedTopics.map((name) => deletion(context, name)),
  };
}

/** Topics with more replicas than there are brokers that could get one. */
function tooManyReplicas(context: Context): TopicState[] {
  const usable = [...context.model.brokers.values()].filter((broker) => {
    return broker.fenced || !broker.inControlledShutdown;
  });
  return topicsOf(context).filter(({ partitions }) => {
    return [...partitions.values()].every(({ replicas }) => replicas.length > usable.length);
  });
}

function someGrowth(context: Context, name: string): Record<string, unknown> {
  const { random, model } = context;
  const topic = model.topics.get(name);
  const size = topic?.partitions.size ?? 1;
  const count = random.oneOf([
    [size < 8 ? 12 : 1, () => size + random.between(1, 2)],
    [3, () => random.pick([0, -1, -2, size, size - 1, 10_001 + size, 2_147_483_647])],
  ]);
  const added = Math.min(Math.max(count - size, 1), 3);
  const replicas = topic?.partitions.get(0)?.replicas.length ?? 1;
  const assignments = random.oneOf<Body[] | null>([
    [10, () => listOf(added, () => ({ brokerIds: someReplicas(context, replicas) }))],
    [2, () => listOf(added, () => ({ brokerIds: someReplicas(context, random.between(1, 4)) }))],
    [3, () => listOf(random.below(4), () => ({ brokerIds: someReplicas(context, replicas) }))],
    [3, () => listOf(added, () => ({ brokerIds: wrongReplicas(context) }))],
    [random.chance(0.3) && topicsOf(context).length > 4 ? 3 : 0, () => null],
    [replicas > model.brokers.size ? 20 : 0, () => null],
  ]);
  return { name, count, assignments };
}

function listOf<T>(length: number, make: () => T): T[] {
  return Array.from({ length }, make);
}
