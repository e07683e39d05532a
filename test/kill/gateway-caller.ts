/** Sends operations on topics over HTTP, to the gateway of any process that has not been killed: it may be frozen. */

import type { ControllerProcess } from "../../cli/processes.ts";
import type { Prng } from "../../src/base/prng.ts";
import type { TopicInput, TopicOutput } from "../linear/topic-model.ts";
import type { Quorate } from "../support/quorate.ts";
import type { Outcome, TrueAt } from "./history.ts";

type Asked = Exclude<TopicInput, { kind: "grow" }>;

const TOO_FEW_PARTITIONS = /^Topic already has \d+ partition\(s\)\.$|would not be an increase\.$/;

interface TopicBody {
  readonly topic_id: string;
  readonly partitions_count: number;
}

interface ErrorBody {
  readonly error_code: number;
  readonly message: string;
}

export class GatewayCaller {
  readonly #quorate: Quorate;
  readonly #prng: Prng;
  readonly #deadlineMs: number;
  #next: ControllerProcess | null = null;

  constructor(quorate: Quorate, prng: Prng, deadlineMs: number) {
    this.#quorate = quorate;
    this.#prng = prng;
    this.#deadlineMs = deadlineMs;
  }

  /** Draws the gateway that the next call goes to and returns its controller's id; null when no process lives. */
  target(): number | null {
    const alive = this.#quorate.controllers.filter(({ pid }) => pid !== null);
    this.#next = alive.length === 0 ? null : (alive[this.#prng.below(alive.length)] ?? null);
    return this.#next?.id ?? null;
  }

  async call(input: Asked): Promise<Outcome> {
    if (this.#next === null) return { kind: "not-sent" };
    const topics = `${this.#next.baseUrl}/kafka/v3/clusters/${this.#quorate.clusterId}/topics`;
    try {
      const response = await this.#send(topics, input);
      const text = await response.text();
      return outcomeOf(input, response, text === "" ? null : JSON.parse(text));
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
      if (cause?.code === "ECONNREFUSED") return { kind: "not-sent" };
      if (error instanceof SyntaxError) return { kind: "unexpected", reason: message };
      return { kind: "unknown", reason: cause?.message ?? message };
    }
  }

  #send(topics: string, input: Asked): Promise<Response> {
    const signal = AbortSignal.timeout(this.#deadlineMs);
    switch (input.kind) {
      case "create":
        return fetch(topics, {
          signal,
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            topic_name: input.name,
            partitions_count: input.partitions,
            replication_factor: 3,
          }),
        });
      case "delete":
        return fetch(`${topics}/${input.name}`, { signal, method: "DELETE" });
      case "describe":
        return fetch(`${topics}/${input.name}`, { signal });
    }
  }
}

/** What an answer of the gateway means. */
export function outcomeOf(
  input: TopicInput,
  { status, headers }: Pick<Response, "status" | "headers">,
  body: unknown,
): Outcome {
  const trueAt = trueAtOf(headers);
  const answered = (output: TopicOutput): Outcome => ({ kind: "answered", output, trueAt });
  if (input.kind === "create" && status === 201) {
    return answered({ kind: "created", topicId: (body as TopicBody).topic_id });
  }
  if (input.kind === "delete" && status === 204)
    return answered({ kind: "deleted", topicId: null });
  if (input.kind === "describe" && status === 200) {
    const { topic_id: topicId, partitions_count: partitions } = body as TopicBody;
    return answered({ kind: "described", topic: { topicId, partitions } });
  }
  if (input.kind === "grow" && status === 200) return answered({ kind: "grown" });
  const { error_code: code, message } = body as ErrorBody;
  const isMissing = status === 404 && code === 40403;
  if (isMissing && input.kind === "describe") return answered({ kind: "described", topic: null });
  if (isMissing && input.kind !== "create") {
    return answered({ kind: "refused", error: "UNKNOWN_TOPIC_OR_PARTITION" });
  }
  if (status === 400 && message === `Topic '${input.name}' already exists.`) {
    return answered({ kind: "refused", error: "TOPIC_ALREADY_EXISTS" });
  }
  if (input.kind === "grow" && status === 400 && TOO_FEW_PARTITIONS.test(message)) {
    return answered({ kind: "refused", error: "INVALID_PARTITIONS" });
  }
  // Their heartbeats did not come through.
  const areAllFenced = status === 400 && message.startsWith("All brokers are currently fenced");
  const isUntouched = status === 503 && message.endsWith("Nothing was changed.");
  if (areAllFenced || isUntouched)
    return { kind: "answered", output: { kind: "no-effect" }, trueAt: null };
  if (status === 503 && message.startsWith("The outcome is unknown")) {
    return { kind: "unknown", reason: message };
  }
  return { kind: "unexpected", reason: `${status} ${JSON.stringify(body)}` };
}

/** Null when the answer does not say it. */
export function trueAtOf(headers: Headers): TrueAt | null {
  const offset = headers.get("quorate-offset");
  const epoch = headers.get("quorate-epoch");
  return offset === null || epoch === null
    ? null
    : { offset: Number(offset), epoch: Number(epoch) };
}
