/**
 * What a topic name may go through, and the check of a history of topic operations. Names do not
 * affect each other, but for one thing: a topic id belongs to one creation of one name. That part is
 * checked over the whole history; the rest is checked name by name.
 */

import { checkLinearizable, DEFAULT_BUDGET, type Verdict } from "./checker.ts";
import type { Model, Operation } from "./history.ts";
import { countSightings, findForeignIds } from "./topic-ids.ts";
import { explainTopic } from "./topic-text.ts";

export type TopicInput =
  | { readonly kind: "create"; readonly name: string; readonly partitions: number }
  | { readonly kind: "delete"; readonly name: string }
  /** CreatePartitions: `count` is the total that is asked for. */
  | { readonly kind: "grow"; readonly name: string; readonly count: number }
  | { readonly kind: "describe"; readonly name: string };

export type TopicOutput =
  | { readonly kind: "created"; readonly topicId: string }
  /** null: the answer did not say which. */
  | { readonly kind: "deleted"; readonly topicId: string | null }
  | { readonly kind: "grown" }
  | {
      readonly kind: "described";
      readonly topic: { readonly topicId: string; readonly partitions: number } | null;
    }
  | {
      readonly kind: "refused";
      readonly error: "TOPIC_ALREADY_EXISTS" | "UNKNOWN_TOPIC_OR_PARTITION" | "INVALID_PARTITIONS";
    }
  /** Refused for a reason that the topic's own state does not decide (no brokers, throttled): it had no effect. */
  | { readonly kind: "no-effect" };

export type TopicOperation = Operation<TopicInput, TopicOutput>;

/** One topic name. */
export interface TopicState {
  readonly topic: {
    /** null from a creation of unknown outcome until somebody sees the id. */
    readonly topicId: string | null;
    readonly partitions: number;
    /** How many answers with this id have been placed. */
    readonly sightings: number;
  } | null;
}

export type TopicModel = Model<TopicState, TopicInput, TopicOutput>;

/**
 * The model of any one name in this history. An id never comes back once its topic is gone, so that a
 * topic does not go before all answers with its id have been placed.
 */
export function topicModel(operations: readonly TopicOperation[]): TopicModel {
  const sightings = countSightings(operations);
  return {
    initial: { topic: null },
    step: (state, input, output) => step(sightings, state, input, output),
    // Sightings are left out: how many there are follows from the operations that have been placed.
    key: ({ topic }) => (topic === null ? "" : `${topic.partitions} ${topic.topicId}`),
    isObservation: (_, { kind }) =>
      kind === "described" || kind === "refused" || kind === "no-effect",
  };
}

function step(
  sightings: ReadonlyMap<string, number>,
  state: TopicState,
  input: TopicInput,
  output: TopicOutput | null,
): readonly TopicState[] {
  if (output?.kind === "no-effect") return [state];
  switch (input.kind) {
    case "create":
      return create(state, input.partitions, output);
    case "delete":
      return remove(sightings, state, output);
    case "grow":
      return grow(state, input.count, output);
    case "describe":
      return describe(state, output);
  }
}

function create(
  state: TopicState,
  partitions: number,
  output: TopicOutput | null,
): readonly TopicState[] {
  if (state.topic !== null) return refuse(state, output, "TOPIC_ALREADY_EXISTS");
  if (output === null) return [{ topic: { topicId: null, partitions, sightings: 0 } }];
  if (output.kind !== "created") return [];
  return [{ topic: { topicId: output.topicId, partitions, sightings: 1 } }];
}

function remove(
  sightings: ReadonlyMap<string, number>,
  state: TopicState,
  output: TopicOutput | null,
): readonly TopicState[] {
  if (state.topic === null) return refuse(state, output, "UNKNOWN_TOPIC_OR_PARTITION");
  if (output !== null && output.kind !== "deleted") return [];
  const topicId = output?.topicId ?? null;
  const seen = topicId === null ? [state] : see(state, topicId);
  return seen.filter((each) => isSeenByAll(sightings, each)).map(() => ({ topic: null }));
}

function grow(state: TopicState, count: number, output: TopicOutput | null): readonly TopicState[] {
  const { topic } = state;
  if (topic === null) return refuse(state, output, "UNKNOWN_TOPIC_OR_PARTITION");
  if (count <= topic.partitions) return refuse(state, output, "INVALID_PARTITIONS");
  if (output !== null && output.kind !== "grown") return [];
  return [{ topic: { ...topic, partitions: count } }];
}

function describe(state: TopicState, output: TopicOutput | null): readonly TopicState[] {
  if (output === null) return [state];
  if (output.kind !== "described") return [];
  if (output.topic === null) return state.topic === null ? [state] : [];
  if (output.topic.partitions !== state.topic?.partitions) return [];
  return see(state, output.topic.topicId);
}

/** The state after an answer with this id; empty if the topic that is there cannot have it. */
function see({ topic }: TopicState, topicId: string): readonly TopicState[] {
  if (topic === null) return [];
  if (topic.topicId !== null && topic.topicId !== topicId) return [];
  return [{ topic: { ...topic, topicId, sightings: topic.sightings + 1 } }];
}

function isSeenByAll(sightings: ReadonlyMap<string, number>, { topic }: TopicState): boolean {
  const topicId = topic?.topicId ?? null;
  return topicId === null || topic?.sightings === sightings.get(topicId);
}

function refuse(
  state: TopicState,
  output: TopicOutput | null,
  error: (TopicOutput & { kind: "refused" })["error"],
): readonly TopicState[] {
  const isPossible = output === null || (output.kind === "refused" && output.error === error);
  return isPossible ? [state] : [];
}

/** What came of a check of many names. */
export interface TopicHistoryResult {
  /** "not-linearizable" if one name is; otherwise "undecided" if one name is. */
  readonly verdict: Verdict;
  /** null if the history is linearizable. */
  readonly explanation: string | null;
  readonly operations: number;
  /** How many names. */
  readonly keys: number;
}

/** Checks a history of any number of names; `budget` is for each name. */
export function checkTopicHistory(
  operations: readonly TopicOperation[],
  budget: number = DEFAULT_BUDGET,
): TopicHistoryResult {
  const byName = Map.groupBy(operations, ({ input }) => input.name);
  const counts = { operations: operations.length, keys: byName.size };
  const foreignIds = findForeignIds(operations);
  if (foreignIds.length > 0) {
    return { verdict: "not-linearizable", explanation: foreignIds.join("\n"), ...counts };
  }
  const model = topicModel(operations);
  const explanations: string[] = [];
  let verdict: Verdict = "linearizable";
  for (const [name, ofName] of byName) {
    const result = checkLinearizable(model, ofName, budget);
    if (result.verdict === "linearizable") continue;
    if (verdict !== "not-linearizable") verdict = result.verdict;
    const { verdict: found, deadEnd } = result;
    explanations.push(explainTopic({ name, verdict: found, operations: ofName }, deadEnd));
  }
  return {
    verdict,
    explanation: explanations.length === 0 ? null : explanations.join("\n\n"),
    ...counts,
  };
}
