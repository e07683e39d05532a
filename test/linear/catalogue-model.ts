/**
 * All topics at once, said as plainly as possible: what exists under each name, and which ids have been
 * given out. A creation of unknown outcome picks its id at once, of those that the history mentions. It
 * is made for brute force, to compare with the model of one name.
 */

import type { Model } from "./history.ts";
import type { TopicInput, TopicOperation, TopicOutput } from "./topic-model.ts";

/** The id of a topic whose id nobody sees. */
const NEVER_SEEN = "";

interface Catalogue {
  readonly topics: Readonly<Record<string, Topic>>;
  readonly givenIds: readonly string[];
}

interface Topic {
  readonly topicId: string;
  readonly partitions: number;
}

type Outcome = readonly [Catalogue, TopicOutput];

/** The model of a catalogue in which these operations happened. */
export function catalogueModel(
  operations: readonly TopicOperation[],
): Model<Catalogue, TopicInput, TopicOutput> {
  const mentionedIds = [...new Set(operations.flatMap(({ output }) => idOf(output) ?? []))];
  return {
    initial: { topics: {}, givenIds: [] },
    step: (state, input, output) =>
      output?.kind === "no-effect"
        ? [state]
        : outcomes(state, input, mentionedIds)
            .filter(([, possible]) => output === null || agrees(possible, output))
            .map(([next]) => next),
    key: (state) => JSON.stringify(state),
  };
}

/** Everything that may come of a request, with the answer it would get. */
function outcomes(state: Catalogue, input: TopicInput, mentionedIds: string[]): Outcome[] {
  const { topics, givenIds } = state;
  const topic = topics[input.name];
  if (input.kind === "describe") {
    return [[state, { kind: "described", topic: topic ?? null }]];
  }
  if (input.kind === "create") {
    if (topic !== undefined) return [[state, { kind: "refused", error: "TOPIC_ALREADY_EXISTS" }]];
    return [...mentionedIds, NEVER_SEEN]
      .filter((topicId) => !givenIds.includes(topicId))
      .map((topicId) => {
        const created = { topicId, partitions: input.partitions };
        const given = topicId === NEVER_SEEN ? givenIds : [...givenIds, topicId];
        const next = { topics: { ...topics, [input.name]: created }, givenIds: given };
        return [next, { kind: "created", topicId }];
      });
  }
  if (topic === undefined) {
    return [[state, { kind: "refused", error: "UNKNOWN_TOPIC_OR_PARTITION" }]];
  }
  if (input.kind === "delete") {
    const { [input.name]: _, ...others } = topics;
    return [
      [
        { topics: others, givenIds },
        { kind: "deleted", topicId: topic.topicId },
      ],
    ];
  }
  if (input.count <= topic.partitions) {
    return [[state, { kind: "refused", error: "INVALID_PARTITIONS" }]];
  }
  const grown = { ...topic, partitions: input.count };
  return [[{ topics: { ...topics, [input.name]: grown }, givenIds }, { kind: "grown" }]];
}

function agrees(possible: TopicOutput, output: TopicOutput): boolean {
  if (output.kind === "deleted" && output.topicId === null) return possible.kind === "deleted";
  return JSON.stringify(possible) === JSON.stringify(output);
}

function idOf(output: TopicOutput | null): string | null {
  if (output?.kind === "created" || output?.kind === "deleted") return output.topicId;
  return output?.kind === "described" ? (output.topic?.topicId ?? null) : null;
}
