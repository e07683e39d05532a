/**
 * Asks any controller whether topics are there, again and again, without waiting for one answer before it asks the next:
 * whoever answers from the past is caught in the act.
 */

import { ErrorCode } from "../../src/base/error-code.ts";
import type { Prng } from "../../src/base/prng.ts";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import type { TopicInput, TopicOutput } from "../linear/topic-model.ts";
import { TOPIC_NAMES } from "./client.ts";
import type { World } from "./world.ts";

const PAUSE_MS = 70;
const PATIENCE_MS = 3000;
const FIRST_READ_ID = 3000;

export class Watcher {
  readonly #world: World;
  readonly #prng: Prng;
  #reads = 0;

  constructor(world: World, prng: Prng) {
    this.#world = world;
    this.#prng = prng;
  }

  start(): void {
    this.#world.scheduler.after(this.#prng.below(2 * PAUSE_MS), () => {
      if (this.#world.isOver) return;
      this.#ask();
      this.start();
    });
  }

  /** Each question is a client of its own: they overlap. */
  #ask(): void {
    const world = this.#world;
    const name = TOPIC_NAMES[this.#prng.below(TOPIC_NAMES.length)] ?? "orders";
    const client = FIRST_READ_ID + this.#reads++;
    const controllerId = 1 + this.#prng.below(world.plan.controllers);
    const invokedAt = world.instant();
    const asksToCreate = this.#prng.below(2) === 0;
    const heard = (reply: ApiReply | null): void => {
      const outcome = asksToCreate ? ofTrial(reply, name) : ofRead(reply, name);
      if (outcome === null) return;
      const { input, output, offset } = outcome;
      const operation = { client, input, output, invokedAt, returnedAt: world.instant() };
      world.witness.remember(operation, world.nextSerial(), offset);
    };
    const request = asksToCreate ? trial(name) : read(name);
    world.gateway.call(client, controllerId, request, heard, PATIENCE_MS);
  }
}

interface Outcome {
  readonly input: TopicInput;
  readonly output: TopicOutput;
  readonly offset: number;
}

function read(name: string): ApiRequest {
  return { kind: "read", sender: null, read: { what: "topic", name } };
}

function ofRead(reply: ApiReply | null, name: string): Outcome | null {
  if (reply?.kind !== "result" || reply.result.what !== "topic") return null;
  const { topic, partitions } = reply.result;
  const described =
    topic === null ? null : { topicId: topic.topicId, partitions: partitions.length };
  return {
    input: { kind: "describe", name },
    output: { kind: "described", topic: described },
    offset: reply.offset,
  };
}

/** A creation that is only to be validated: its answer says whether the topic is there. */
function trial(name: string): ApiRequest {
  const topics = [{ name, numPartitions: 1, replicationFactor: 1 }];
  return {
    kind: "write",
    sender: null,
    api: "createTopics",
    body: { topics, validateOnly: true, timeoutMs: 2000 },
  };
}

function ofTrial(reply: ApiReply | null, name: string): Outcome | null {
  if (reply?.kind !== "written") return null;
  const { topics } = reply.body as { topics: readonly { errorCode: number }[] };
  const { offset } = reply;
  switch (topics[0]?.errorCode) {
    case ErrorCode.NONE:
      return {
        input: { kind: "describe", name },
        output: { kind: "described", topic: null },
        offset,
      };
    case ErrorCode.TOPIC_ALREADY_EXISTS:
      return {
        input: { kind: "create", name, partitions: 1 },
        output: { kind: "refused", error: "TOPIC_ALREADY_EXISTS" },
        offset,
      };
    default:
      return null;
  }
}
