/**
 * A client that creates, grows, deletes and describes topics, one operation after the other, through a gateway's call
 * or a Kafka connection. What it asked for and what it heard is the history that must be linearizable.
 */

import { ErrorCode } from "../../src/base/error-code.ts";
import type { Prng } from "../../src/base/prng.ts";
import type { ApiReply, MetadataRead, WriteApi } from "../../src/controller/api.ts";
import type { ApiName, RequestInit } from "../../src/protocol/apis.ts";
import { readBatches } from "../../src/protocol/record-batch.ts";
import type { TopicInput, TopicOutput } from "../linear/topic-model.ts";
import { ControllerDirectory } from "./controller-directory.ts";
import { callInEnvelope } from "./envelope-call.ts";
import { entryOf } from "./indexed-log.ts";
import { SERIAL_CONFIG } from "./invariant/no-phantoms.ts";
import { KafkaLink } from "./kafka-link.ts";
import { KeyedChanges } from "./keyed-changes.ts";
import { outcomeOf } from "./topic-outcome.ts";
import type { World } from "./world.ts";

/** Few names, so that clients meet; the last two would collide in metrics. */
export const TOPIC_NAMES = ["orders", "payments", "users", "clicks", "a.b", "a_b"];
const MOST_PARTITIONS = 6;
const THINK_MS = 30;
/** How long a client waits for an answer before it turns to another controller. */
const PATIENCE_MS = [200, 1000, 9000];
/** How long a controller may try, as the request says. */
const TIMEOUTS_MS = [5000, 5000, 500, 40];

/** What the client heard: an output, nothing (the outcome is unknown), or that nothing was tried. */
export type Heard =
  | { readonly kind: "output"; readonly output: TopicOutput; readonly offset: number | null }
  | { readonly kind: "unknown" }
  | { readonly kind: "not-tried" };

/** What is only heard of a change that was made. */
const DONE: readonly TopicOutput["kind"][] = ["created", "deleted", "grown"];

type Path = "gateway" | "kafka" | "envelope";

export class Client {
  readonly id: number;
  readonly #world: World;
  readonly #prng: Prng;
  readonly #directory: ControllerDirectory;
  readonly #path: Path;
  readonly #patienceMs: number;
  readonly #keyed: KeyedChanges;
  #link: KafkaLink | null = null;

  constructor(world: World, id: number, prng: Prng) {
    this.#world = world;
    this.id = id;
    this.#prng = prng;
    this.#directory = new ControllerDirectory(world.plan.controllers, prng);
    this.#patienceMs = PATIENCE_MS[prng.below(PATIENCE_MS.length)] ?? 9000;
    this.#keyed = new KeyedChanges(world, id, {
      prng,
      ask: (request, done) => this.#ask(request, done),
    });
    this.#path = (["gateway", "gateway", "kafka", "envelope"] as const)[id % 4] ?? "gateway";
  }

  start(): void {
    this.#next();
  }

  #next(): void {
    if (this.#world.isOver) return;
    this.#world.scheduler.after(this.#prng.below(2 * THINK_MS), () => {
      const drawn = this.#prng.below(12);
      if (drawn === 0) this.#readSomething();
      else if (drawn === 1) this.#readLog();
      else this.#operate();
    });
  }

  #operate(): void {
    const { world, input, serial } = this.#draw();
    const invokedAt = world.instant();
    const heard = (answer: Heard): void => {
      if (answer.kind === "not-tried") {
        this.#directory.failed(this.#directory.current);
      } else {
        const isKnown = answer.kind === "output";
        world.witness.remember(
          {
            client: this.id,
            input,
            output: isKnown ? answer.output : null,
            invokedAt,
            returnedAt: isKnown ? world.instant() : Number.POSITIVE_INFINITY,
          },
          serial,
          isKnown ? answer.offset : null,
        );
      }
      this.#next();
    };
    if (input.kind === "describe") this.#describe(input.name, heard);
    else this.#write(input, serial, heard);
  }

  #draw(): { world: World; input: TopicInput; serial: number } {
    const prng = this.#prng;
    const name = TOPIC_NAMES[prng.below(TOPIC_NAMES.length)] ?? "orders";
    const drawn = prng.below(10);
    const serial = this.#world.nextSerial();
    const count = 1 + prng.below(MOST_PARTITIONS);
    let input: TopicInput = { kind: "describe", name };
    if (drawn < 3) input = { kind: "create", name, partitions: count };
    else if (drawn < 5) input = { kind: "delete", name };
    else if (drawn < 6) input = { kind: "grow", name, count };
    return { world: this.#world, input, serial };
  }

  #write(
    input: Exclude<TopicInput, { kind: "describe" }>,
    serial: number,
    heard: (h: Heard) => void,
  ): void {
    if (input.kind === "create") this.#world.witness.attempt(serial, input.partitions);
    const timeoutMs = TIMEOUTS_MS[this.#prng.below(TIMEOUTS_MS.length)] ?? 5000;
    const { api, body } = requestOf(input, {
      serial,
      replicationFactor: 1 + this.#prng.below(3),
      timeoutMs,
    });
    const onBody = (answer: unknown, offset: number | null, hear = heard): void => {
      const outcome = outcomeOf(input, answer);
      this.#world.answered(api, outcome.errorCode);
      if (outcome.errorCode === ErrorCode.NOT_CONTROLLER)
        this.#directory.failed(this.#directory.current);
      hear(
        outcome.output === null
          ? { kind: "unknown" }
          : { kind: "output", output: outcome.output, offset },
      );
    };
    const onKafka = (answer: unknown): void => {
      if (answer !== null) onBody(answer, null);
      else {
        this.#directory.failed(this.#directory.current);
        heard({ kind: "unknown" });
      }
    };
    if (this.#path !== "gateway") {
      this.#callKafka(api, body, onKafka);
      return;
    }
    const request = { kind: "write", sender: null, api, body } as const;
    const idempotency = this.#keyed.draw(serial);
    if (idempotency === null) this.#callGateway(request, heard, onBody);
    else this.#callUnderKey({ ...request, idempotency }, heard, onBody);
  }

  /** What an earlier try may still do, or have done, is not known by what a later one is refused with. */
  #callUnderKey(
    request: Parameters<KeyedChanges["send"]>[0],
    heard: (h: Heard) => void,
    onBody: (body: unknown, offset: number | null, heard: (h: Heard) => void) => void,
  ): void {
    this.#keyed.send(request, ({ reply, isOpen }) => {
      if (reply?.kind === "written") {
        onBody(reply.body, reply.offset, (answer) => {
          const isDone = answer.kind === "output" && DONE.includes(answer.output.kind);
          heard(isOpen && !isDone ? { kind: "unknown" } : answer);
        });
      } else if (isOpen) heard({ kind: "unknown" });
      else heard({ kind: "not-tried" });
    });
  }

  #callGateway(
    request: { kind: "write"; sender: null; api: WriteApi; body: unknown },
    heard: (h: Heard) => void,
    onBody: (body: unknown, offset: number) => void,
  ): void {
    this.#ask(request, (reply) => {
      if (reply === null) heard({ kind: "unknown" });
      else if (reply.kind === "written") onBody(reply.body, reply.offset);
      else if (reply.kind === "refused") heard({ kind: "unknown" });
      else heard({ kind: "not-tried" });
    });
  }

  #describe(name: string, heard: (h: Heard) => void): void {
    this.#ask({ kind: "read", sender: null, read: { what: "topic", name } }, (reply) => {
      if (reply?.kind !== "result" || reply.result.what !== "topic") {
        heard({ kind: "not-tried" });
        return;
      }
      const { topic, partitions } = reply.result;
      if (topic !== null && topic.partitionCount !== partitions.length) {
        const fact = `${name} has ${topic.partitionCount} partitions and ${partitions.length} are told`;
        this.#world.stop("whole-batches", fact);
      }
      const described =
        topic === null ? null : { topicId: topic.topicId, partitions: partitions.length };
      heard({
        kind: "output",
        output: { kind: "described", topic: described },
        offset: reply.offset,
      });
    });
  }

  #ask(
    request: Parameters<World["gateway"]["call"]>[2],
    done: (reply: ApiReply | null) => void,
  ): void {
    const target = this.#directory.current;
    const answered = (reply: ApiReply | null): void => {
      if (reply?.kind === "not-controller") {
        if (reply.leaderId >= 0 && reply.leaderId !== target) this.#directory.learn(reply.leaderId);
        else this.#directory.failed(target);
      } else if (reply === null || reply.kind === "not-formatted" || reply.kind === "refused") {
        this.#directory.failed(target);
      }
      if (reply?.kind === "refused") this.#world.answered(request.kind, ErrorCode[reply.error]);
      this.#world.coverage.count(`gateway ${request.kind}: ${reply?.kind ?? "no answer"}`);
      done(reply);
    };
    this.#world.gateway.call(this.id, target, request, answered, this.#patienceMs);
  }

  #readSomething(): void {
    const reads: MetadataRead[] = [
      { what: "cluster" },
      { what: "brokers" },
      { what: "quorum" },
      { what: "topics", page: { after: null, limit: 4 } },
      { what: "broker", brokerId: 101 },
    ];
    const read = reads[this.#prng.below(reads.length)] ?? { what: "cluster" };
    this.#ask({ kind: "read", sender: null, read }, () => this.#next());
  }

  /** Follows the log as a tool would: only what is committed may come. */
  #readLog(): void {
    const fromOffset = this.#prng.below(Math.max(1, this.#world.committedEndOffset + 20));
    const maxWaitMs = this.#prng.below(2) * 200;
    const form = this.#prng.below(2) === 0 ? "raw" : "records";
    this.#ask(
      { kind: "log", sender: null, form, fromOffset, maxRecords: 50, maxWaitMs },
      (reply) => {
        if (reply?.kind === "log") {
          for (const batch of readBatches(reply.raw))
            this.#world.witness.served(entryOf(batch), this.id);
          const last = reply.records.at(-1);
          if (last !== undefined && last.offset >= this.#world.committedEndOffset) {
            this.#world.stop("observers-see-committed", `the log is read up to ${last.offset}`);
          }
        }
        this.#next();
      },
    );
  }

  #openLink(): KafkaLink {
    const target = this.#directory.current;
    if (this.#link === null || this.#link.isBroken || this.#link.controllerId !== target) {
      this.#link?.close();
      this.#link = new KafkaLink(this.#world, this.id, target);
    }
    return this.#link;
  }

  /** As itself or through a broker; `done` hears null when it is not known what became of the request. */
  #callKafka<N extends ApiName>(api: N, body: unknown, done: (body: unknown) => void): void {
    const link = this.#openLink();
    const giveUp = this.#world.scheduler.after(this.#patienceMs, () => link.close());
    const onEnd = (response: unknown): void => {
      this.#world.scheduler.cancel(giveUp);
      done(response);
    };
    if (this.#path === "kafka") link.call(api, body as RequestInit<N>, onEnd);
    else callInEnvelope(link, { api, body: body as RequestInit<N>, onEnd });
  }
}

interface RequestDetails {
  readonly serial: number;
  readonly replicationFactor: number;
  readonly timeoutMs: number;
}

function requestOf(
  input: Exclude<TopicInput, { kind: "describe" }>,
  { serial, replicationFactor, timeoutMs }: RequestDetails,
): { api: "createTopics" | "deleteTopics" | "createPartitions"; body: unknown } {
  const { name } = input;
  switch (input.kind) {
    case "create": {
      const configs = [
        { name: SERIAL_CONFIG, value: String(serial) },
        { name: "min.insync.replicas", value: "2" },
      ];
      const topic = { name, numPartitions: input.partitions, replicationFactor, configs };
      return { api: "createTopics", body: { topics: [topic], timeoutMs } };
    }
    case "delete":
      return { api: "deleteTopics", body: { topics: [{ name }], timeoutMs } };
    case "grow": {
      const topic = { name, count: input.count, assignments: null };
      return { api: "createPartitions", body: { topics: [topic], timeoutMs } };
    }
  }
}
