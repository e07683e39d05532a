/**
 * Histories of topics that are what they should be: every operation takes effect at one moment between
 * its call and its return. An operation of unknown outcome does so later, or never.
 */

import type { Prng } from "../../src/base/prng.ts";
import type { TopicInput, TopicOperation, TopicOutput } from "./topic-model.ts";

export interface Workload {
  readonly operations: number;
  readonly clients: number;
  readonly names: readonly string[];
  /** Of each hundred operations, how many have an unknown outcome. */
  readonly unknownPercent: number;
}

interface Planned {
  readonly client: number;
  readonly input: TopicInput;
  readonly invokedAt: number;
  readonly returnedAt: number;
  /** Infinity: never. */
  readonly effectiveAt: number;
}

const MAX_PAUSE = 10;
const MAX_DURATION = 100;
/** An operation whose outcome is unknown may take effect when its client has gone on for long. */
const MAX_UNKNOWN_DELAY = 2000;

/** Draws a history; each client has one operation at a time. */
export function simulateTopics(workload: Workload, prng: Prng): TopicOperation[] {
  const topics = new Map<string, { topicId: string; partitions: number }>();
  let creations = 0;
  const take = ({ input }: Planned): TopicOutput =>
    takeEffect(input, topics, () => `id-${creations++}`);
  return plan(workload, prng)
    .toSorted((a, b) => a.effectiveAt - b.effectiveAt)
    .map((planned) => {
      const { client, input, invokedAt, returnedAt, effectiveAt } = planned;
      const output = effectiveAt === Number.POSITIVE_INFINITY ? null : take(planned);
      const isUnknown = returnedAt === Number.POSITIVE_INFINITY;
      return { client, input, output: isUnknown ? null : output, invokedAt, returnedAt };
    });
}

function plan({ operations, clients, names, unknownPercent }: Workload, prng: Prng): Planned[] {
  const planned: Planned[] = [];
  const idleFrom = Array.from({ length: clients }, () => prng.below(MAX_PAUSE));
  while (planned.length < operations) {
    const client = idleFrom.indexOf(Math.min(...idleFrom));
    const invokedAt = idleFrom[client]! + prng.below(MAX_PAUSE);
    const duration = prng.below(MAX_DURATION);
    idleFrom[client] = invokedAt + duration + 1;
    const input = drawInput(names[prng.below(names.length)]!, prng);
    if (prng.below(100) >= unknownPercent) {
      const effectiveAt = invokedAt + prng.below(duration + 1);
      planned.push({ client, input, invokedAt, returnedAt: invokedAt + duration, effectiveAt });
      continue;
    }
    const returnedAt = Number.POSITIVE_INFINITY;
    const isLost = prng.below(2) === 0;
    const effectiveAt = isLost ? returnedAt : invokedAt + prng.below(MAX_UNKNOWN_DELAY);
    planned.push({ client, input, invokedAt, returnedAt, effectiveAt });
  }
  return planned;
}

function drawInput(name: string, prng: Prng): TopicInput {
  const drawn = prng.below(100);
  if (drawn < 25) return { kind: "create", name, partitions: 1 + prng.below(3) };
  if (drawn < 45) return { kind: "delete", name };
  if (drawn < 65) return { kind: "grow", name, count: 1 + prng.below(12) };
  return { kind: "describe", name };
}

function takeEffect(
  input: TopicInput,
  topics: Map<string, { topicId: string; partitions: number }>,
  nextId: () => string,
): TopicOutput {
  const topic = topics.get(input.name);
  if (input.kind === "describe") return { kind: "described", topic: topic ?? null };
  if (input.kind === "create") {
    if (topic !== undefined) return { kind: "refused", error: "TOPIC_ALREADY_EXISTS" };
    const created = { topicId: nextId(), partitions: input.partitions };
    topics.set(input.name, created);
    return { kind: "created", topicId: created.topicId };
  }
  if (topic === undefined) return { kind: "refused", error: "UNKNOWN_TOPIC_OR_PARTITION" };
  if (input.kind === "delete") {
    topics.delete(input.name);
    return { kind: "deleted", topicId: topic.topicId };
  }
  if (input.count <= topic.partitions) return { kind: "refused", error: "INVALID_PARTITIONS" };
  topics.set(input.name, { ...topic, partitions: input.count });
  return { kind: "grown" };
}
