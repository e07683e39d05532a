/** Sends operations on topics over the Kafka protocol, straight to the controller that says it leads. */

import type { ControllerProcess } from "../../cli/processes.ts";
import { ErrorCode, errorName } from "../../src/base/error-code.ts";
import { realTimers, withDeadline } from "../../workers/gateway/timers.ts";
import type { TopicInput, TopicOutput } from "../linear/topic-model.ts";
import { KafkaClient } from "../support/kafka-client.ts";
import { anyLeader } from "./find-leader.ts";
import type { Outcome } from "./history.ts";

/** How long the controller itself may wait for the commit. */
const COMMIT_TIMEOUT_MS = 5000;

type Write = Exclude<TopicInput, { kind: "describe" }>;

interface Answer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly success: TopicOutput;
}

export class KafkaCaller {
  readonly #controllers: readonly ControllerProcess[];
  readonly #deadlineMs: number;
  #connection: { readonly client: KafkaClient; readonly controllerId: number } | null = null;

  /** A call that takes longer than `deadlineMs` is given up, and its connection with it. */
  constructor(controllers: readonly ControllerProcess[], deadlineMs: number) {
    this.#controllers = controllers;
    this.#deadlineMs = deadlineMs;
  }

  /** The id of the controller that the next call goes to, or null when none could be found just now. */
  async target(): Promise<number | null> {
    if (this.#connection !== null) return this.#connection.controllerId;
    const leader = await anyLeader(this.#controllers);
    if (leader === null) return null;
    const client = await KafkaClient.open(leader.kafkaPort).catch(() => null);
    if (client === null) return null;
    this.#connection = { client, controllerId: leader.id };
    return leader.id;
  }

  async call(input: Write): Promise<Outcome> {
    if (this.#connection === null) return { kind: "not-sent" };
    let answer: Answer;
    try {
      const asked = send(this.#connection.client, input);
      answer = await withDeadline(realTimers, this.#deadlineMs, asked);
    } catch (error) {
      this.close();
      return { kind: "unknown", reason: (error as Error).message };
    }
    const outcome = outcomeOf(answer);
    // Also after NOT_CONTROLLER: it may have been said when leadership was lost, long after the write was accepted.
    if (outcome.kind !== "answered") this.close();
    return outcome;
  }

  close(): void {
    this.#connection?.client.close();
    this.#connection = null;
  }
}

async function send(client: KafkaClient, input: Write): Promise<Answer> {
  const timeoutMs = COMMIT_TIMEOUT_MS;
  const { name } = input;
  switch (input.kind) {
    case "create": {
      const topic = { name, numPartitions: input.partitions, replicationFactor: 3 };
      const { topics } = await client.call("createTopics", { topics: [topic], timeoutMs });
      const answer = only(topics);
      return { ...answer, success: { kind: "created", topicId: answer.topicId } };
    }
    case "delete": {
      const { responses } = await client.call("deleteTopics", { topics: [{ name }], timeoutMs });
      const answer = only(responses);
      return { ...answer, success: { kind: "deleted", topicId: answer.topicId } };
    }
    case "grow": {
      const topic = { name, count: input.count, assignments: null };
      const { results } = await client.call("createPartitions", { topics: [topic], timeoutMs });
      return { ...only(results), success: { kind: "grown" } };
    }
  }
}

function only<T>(answers: readonly T[]): T {
  const [answer] = answers;
  if (answer === undefined || answers.length > 1) throw new Error(`${answers.length} answers`);
  return answer;
}

function outcomeOf({ errorCode, errorMessage, success }: Answer): Outcome {
  switch (errorCode) {
    case ErrorCode.NONE:
      return { kind: "answered", output: success, trueAt: null };
    case ErrorCode.TOPIC_ALREADY_EXISTS:
      return refused("TOPIC_ALREADY_EXISTS");
    case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
      return refused("UNKNOWN_TOPIC_OR_PARTITION");
    case ErrorCode.INVALID_PARTITIONS:
      return refused("INVALID_PARTITIONS");
    // All brokers are fenced, because their heartbeats did not come through.
    case ErrorCode.INVALID_REPLICATION_FACTOR:
      return { kind: "answered", output: { kind: "no-effect" }, trueAt: null };
    case ErrorCode.NOT_CONTROLLER:
    case ErrorCode.REQUEST_TIMED_OUT:
      return { kind: "unknown", reason: `${errorName(errorCode)}: ${errorMessage}` };
    default:
      return { kind: "unexpected", reason: `${errorName(errorCode)}: ${errorMessage}` };
  }
}

function refused(error: Extract<TopicOutput, { kind: "refused" }>["error"]): Outcome {
  return { kind: "answered", output: { kind: "refused", error }, trueAt: null };
}
