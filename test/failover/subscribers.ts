/** The crowd that follows the log: most of it all, the others what a filter lets through. */

import { Prng } from "../../src/base/prng.ts";
import { pause } from "../kill/find-leader.ts";
import type { Quorate } from "../support/quorate.ts";
import { aboutTopic, feedViolation, ofTypes } from "./feed-check.ts";
import { type LogRecord, readLog } from "./log-record.ts";
import type { Bodies } from "./seen-events.ts";
import { Subscriber } from "./subscriber.ts";

const CATCH_UP_MS = 60_000;
const POLL_MS = 20;
const LEAVES_EVERY = 4;

/** A filter, and the part of the log that it must show; null where only the server can tell. */
interface Filter {
  readonly query: string;
  readonly part: ((log: readonly LogRecord[]) => LogRecord[]) | null;
}

/** What each of every ten subscribers asks for. */
const FILTERS: readonly Filter[] = [
  ...Array.from({ length: 6 }, () => ({
    query: "",
    part: (log: readonly LogRecord[]) => [...log],
  })),
  {
    query: "type=TOPIC_RECORD,REMOVE_TOPIC_RECORD",
    part: (log) => ofTypes(log, ["TOPIC_RECORD", "REMOVE_TOPIC_RECORD"]),
  },
  { query: "topic=counter-0", part: (log) => aboutTopic(log, "counter-0") },
  { query: "topic=contended-1", part: (log) => aboutTopic(log, "contended-1") },
  { query: "broker=102&type=PARTITION_RECORD,REGISTER_BROKER_RECORD", part: null },
];

export class Subscribers {
  readonly all: readonly Subscriber[];
  readonly #quorate: Quorate;

  constructor(count: number, seed: number, quorate: Quorate) {
    const bodies: Bodies = new Map();
    this.#quorate = quorate;
    this.all = Array.from({ length: count }, (_, number) => {
      const filter = filterOf(number).query;
      // Every second round of filters begins at the end of the log.
      const fromOffset = Math.floor(number / FILTERS.length) % 2 === 0 ? 0 : null;
      const leaves = number % LEAVES_EVERY === 0;
      const prng = Prng.fromNumber(seed * 1000 + 500 + number);
      return new Subscriber({ number, filter, fromOffset, leaves }, quorate, prng, bodies);
    });
  }

  /** Resolves when all have been let in. */
  async start(): Promise<void> {
    for (const subscriber of this.all) subscriber.start();
    await Promise.all(this.all.map(({ connected }) => connected));
  }

  /** Waits until all have come to an offset, and says who has not. */
  async reach(lastOffset: number): Promise<string[]> {
    const giveUpMs = performance.now() + CATCH_UP_MS;
    for (;;) {
      const late = this.all.filter(({ position }) => position < lastOffset);
      if (late.length === 0) return [];
      if (performance.now() > giveUpMs) {
        return late.map(({ name, position }) => `${name} is at ${position}, not at ${lastOffset}`);
      }
      await pause(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((subscriber) => subscriber.stop()));
  }

  /** Says who saw something else than its part of the log. */
  async violations(log: readonly LogRecord[]): Promise<string[]> {
    const lastOffset = log.length - 1;
    const parts = new Map<Filter, readonly LogRecord[]>();
    for (const filter of new Set(this.all.map(({ options }) => filterOf(options.number)))) {
      const part = filter.part ?? (() => readLog(this.#quorate, lastOffset, filter.query));
      parts.set(filter, await part(log));
    }
    return this.all.flatMap(({ name, seen, fromOffset, options }) => {
      if (fromOffset === null) return [`${name} was never let in`];
      const part = parts.get(filterOf(options.number)) ?? [];
      return feedViolation({ name, seen, fromOffset, lastOffset }, part) ?? [];
    });
  }
}

function filterOf(number: number): Filter {
  return FILTERS[number % FILTERS.length] as Filter;
}
