/**
 * One who follows the log over Server-Sent Events, from gateway to gateway: whenever its stream ends, it goes on at
 * another process with the Last-Event-ID that it has. Some also leave by themselves.
 */

import type { Prng } from "../../src/base/prng.ts";
import { pause } from "../kill/find-leader.ts";
import type { Quorate } from "../support/quorate.ts";
import { EventStream } from "./event-stream.ts";
import type { Attempt, AttemptEnd } from "./exchanges.ts";
import { type Bodies, SeenEvents } from "./seen-events.ts";

const BACKOFF_MS = 50;
/** Twice as long as a feed is silent, and a frozen process is frozen. */
const SILENCE_MS = 20_000;
const MAX_EVENTS_BEFORE_LEAVING = 3000;

export interface SubscriberOptions {
  readonly number: number;
  /** Such as "type=TOPIC_RECORD"; "" for everything. */
  readonly filter: string;
  /** Where to begin; null for the end of the log. */
  readonly fromOffset: number | null;
  /** Whether it ends its stream by itself now and then. */
  readonly leaves: boolean;
}

export class Subscriber {
  readonly options: SubscriberOptions;
  readonly seen: SeenEvents;
  /** How each of its streams began or ended. */
  readonly attempts: Attempt[] = [];
  readonly #quorate: Quorate;
  readonly #prng: Prng;
  readonly #stream = { lastEventId: null as string | null };
  #fromOffset: number | null;
  #current: AbortController | null = null;
  #leaveAfter = Number.POSITIVE_INFINITY;
  #isOver = false;
  #ended: Promise<void> = Promise.resolve();
  #onConnected: () => void = () => {};
  /** Resolves when it has been let in once. */
  readonly connected: Promise<void>;
  streams = 0;

  constructor(options: SubscriberOptions, quorate: Quorate, prng: Prng, bodies: Bodies) {
    this.options = options;
    this.#quorate = quorate;
    this.#prng = prng;
    this.#fromOffset = options.fromOffset;
    this.seen = new SeenEvents(bodies);
    this.connected = new Promise((resolve) => {
      this.#onConnected = resolve;
    });
  }

  get name(): string {
    const { number, filter } = this.options;
    return `subscriber ${number}${filter === "" ? "" : ` (${filter})`}`;
  }

  /** The first offset that it was promised; null until it has been let in. */
  get fromOffset(): number | null {
    return this.#fromOffset;
  }

  /** The last offset that it need not ask for again. */
  get position(): number {
    return Number(this.#stream.lastEventId ?? -1);
  }

  start(): void {
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#current?.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const controllerId = this.#drawGateway(this.attempts.at(-1)?.controllerId ?? null);
      if (controllerId === null) {
        await pause(BACKOFF_MS);
        continue;
      }
      const invokedAt = performance.now();
      const end = await this.#follow(controllerId);
      if (end !== null) {
        this.attempts.push({ controllerId, invokedAt, endedAt: performance.now(), end });
        await pause(BACKOFF_MS);
      }
    }
  }

  #drawGateway(lastId: number | null): number | null {
    const ids = this.#quorate.controllers.filter(({ pid }) => pid !== null).map(({ id }) => id);
    const others = ids.filter((id) => id !== lastId);
    const candidates = others.length > 0 ? others : ids;
    return candidates[this.#prng.below(Math.max(candidates.length, 1))] ?? null;
  }

  /** Reads one stream to its end; null when it ended as streams may. */
  async #follow(controllerId: number): Promise<AttemptEnd | null> {
    const abort = new AbortController();
    this.#current = abort;
    let isSilent = false;
    const watchdog = setTimeout(() => {
      isSilent = true;
      abort.abort();
    }, SILENCE_MS);
    this.#leaveAfter = this.options.leaves
      ? this.#prng.below(MAX_EVENTS_BEFORE_LEAVING)
      : Number.POSITIVE_INFINITY;
    try {
      const response = await fetch(this.#url(controllerId), {
        signal: abort.signal,
        headers: this.#lastEventIdHeader(),
      });
      if (response.status !== 200 || response.body === null) {
        return { kind: "answered", status: response.status, message: await response.text() };
      }
      this.#letIn(response.headers);
      await this.#read(response.body, watchdog);
      return null;
    } catch (error) {
      if (isSilent) return { kind: "given-up" };
      if (this.#isOver || abort.signal.aborted) return null;
      const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
      if (cause?.code === "ECONNREFUSED") return { kind: "refused" };
      return { kind: "broken", reason: cause?.message ?? message };
    } finally {
      clearTimeout(watchdog);
    }
  }

  #url(controllerId: number): string {
    const { baseUrl } = this.#quorate.controller(controllerId);
    const query = [
      ...(this.#fromOffset === null ? [] : [`offset=${this.#fromOffset}`]),
      ...(this.options.filter === "" ? [] : [this.options.filter]),
    ];
    const feed = `${baseUrl}/kafka/v3/clusters/${this.#quorate.clusterId}/log/feed`;
    return query.length === 0 ? feed : `${feed}?${query.join("&")}`;
  }

  #lastEventIdHeader(): Record<string, string> {
    const { lastEventId } = this.#stream;
    return lastEventId === null ? {} : { "Last-Event-ID": lastEventId };
  }

  #letIn(headers: Headers): void {
    this.streams += 1;
    // It begins behind the offset that the answer names, also if it is interrupted before its first event.
    this.#fromOffset ??= Number(headers.get("quorate-offset")) + 1;
    this.#onConnected();
  }

  async #read(body: ReadableStream<Uint8Array>, watchdog: NodeJS.Timeout): Promise<void> {
    const events = new EventStream(this.#stream.lastEventId);
    for await (const piece of body) {
      watchdog.refresh();
      for (const { id, data } of events.push(piece)) {
        // What came in the same piece as the last event before it left was not seen.
        if (this.#leaveAfter <= 0) return;
        this.#leaveAfter -= 1;
        this.seen.add(Number(id), data);
        this.#stream.lastEventId = id;
      }
      this.#stream.lastEventId = events.lastEventId;
      if (this.#leaveAfter <= 0 || this.#isOver) return;
    }
  }
}
