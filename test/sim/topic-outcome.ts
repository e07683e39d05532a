/** What an answer of Kafka's topic APIs says of one operation on one topic. */

import { ErrorCode } from "../../src/base/error-code.ts";
import { ZERO_UUID } from "../../src/base/uuid.ts";
import type { TopicInput, TopicOutput } from "../linear/topic-model.ts";

interface Answer {
  readonly errorCode: number;
  readonly topicId?: string;
}

export interface Outcome {
  readonly errorCode: number;
  /** Null when it is not known what became of the operation. */
  readonly output: TopicOutput | null;
}

/** Reads the decoded body of CreateTopics, DeleteTopics or CreatePartitions. */
export function outcomeOf(input: TopicInput, body: unknown): Outcome {
  const { topics, responses, results } = body as Record<string, readonly Answer[] | undefined>;
  const [answer] = topics ?? responses ?? results ?? [];
  if (answer === undefined) throw new Error(`no answer to ${input.kind} of ${input.name}`);
  const { errorCode } = answer;
  return { errorCode, output: outputOf(input, answer) };
}

function outputOf(
  input: TopicInput,
  { errorCode, topicId = ZERO_UUID }: Answer,
): TopicOutput | null {
  switch (errorCode) {
    case ErrorCode.NONE:
      if (input.kind === "create") return { kind: "created", topicId };
      return input.kind === "delete" ? { kind: "deleted", topicId } : { kind: "grown" };
    case ErrorCode.TOPIC_ALREADY_EXISTS:
      return { kind: "refused", error: "TOPIC_ALREADY_EXISTS" };
    case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
      return { kind: "refused", error: "UNKNOWN_TOPIC_OR_PARTITION" };
    case ErrorCode.INVALID_PARTITIONS:
      return { kind: "refused", error: "INVALID_PARTITIONS" };
    case ErrorCode.NOT_CONTROLLER:
    case ErrorCode.REQUEST_TIMED_OUT:
      return null;
    default:
      return { kind: "no-effect" };
  }
}
