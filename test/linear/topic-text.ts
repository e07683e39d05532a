/** Topic operations and the reason why they fit no order, in words. */

import type { DeadEnd, Verdict } from "./checker.ts";
import { renderDeadEnd } from "./timeline.ts";
import { idsIn } from "./topic-ids.ts";
import type { TopicInput, TopicOperation, TopicOutput, TopicState } from "./topic-model.ts";

/** How many answers with the id of the present topic are shown. */
const SHOWN_LATER = 5;

/** The explanation of a check of one name that did not end well. */
export function explainTopic(
  {
    name,
    verdict,
    operations,
  }: {
    readonly name: string;
    readonly verdict: Exclude<Verdict, "linearizable">;
    readonly operations: readonly TopicOperation[];
  },
  deadEnd: DeadEnd<TopicState, TopicInput, TopicOutput>,
): string {
  const { prefix, state, blocked } = deadEnd;
  const fitting = `${prefix.length} operations fit an order, which leaves ${topicInWords(state.topic)}`;
  const headline =
    verdict === "undecided"
      ? `Topic ${name} could not be decided: ${fitting}, and the search went no further`
      : `Topic ${name} is not linearizable: ${fitting}, and none of ${blocked.length} can be the next`;
  const rest = answersToCome(operations, deadEnd);
  return [headline, renderDeadEnd(deadEnd, rest, topicOperationInWords)].join("\n");
}

/** What is still to be seen of the topic, which cannot go before. */
function answersToCome(
  operations: readonly TopicOperation[],
  { prefix, state, blocked }: DeadEnd<TopicState, TopicInput, TopicOutput>,
): TopicOperation[] {
  const topicId = state.topic?.topicId ?? null;
  if (topicId === null) return [];
  const shown = new Set([...prefix, ...blocked]);
  return operations
    .filter((operation) => !shown.has(operation) && idsIn(operation).includes(topicId))
    .slice(0, SHOWN_LATER);
}

/** What was asked and answered, on one line. */
export function topicOperationInWords({ input, output }: TopicOperation): string {
  return `${inputInWords(input)} -> ${output === null ? "unknown" : outputInWords(output)}`;
}

function inputInWords(input: TopicInput): string {
  switch (input.kind) {
    case "create":
      return `create ${input.name} with ${input.partitions}`;
    case "grow":
      return `grow ${input.name} to ${input.count}`;
    case "delete":
    case "describe":
      return `${input.kind} ${input.name}`;
  }
}

function outputInWords(output: TopicOutput): string {
  switch (output.kind) {
    case "created":
      return `created ${output.topicId}`;
    case "deleted":
      return output.topicId === null ? "deleted" : `deleted ${output.topicId}`;
    case "described":
      return topicInWords(output.topic);
    case "refused":
      return output.error;
    case "grown":
    case "no-effect":
      return output.kind;
  }
}

function topicInWords(
  topic: { readonly topicId: string | null; readonly partitions: number } | null,
): string {
  return topic === null
    ? "no topic"
    : `${topic.topicId ?? "an unseen id"} with ${topic.partitions}`;
}
