/** The one clock and the one queue of a simulation: everything that happens is an item taken from here, in order. */

import { InvariantBroken } from "./observation.ts";

/** Something that will happen, unless it is cancelled. */
export interface Item {
  readonly atMs: number;
  /** Items of one moment run in the order in which they were asked for. */
  readonly order: number;
  /** Null when it was cancelled. */
  run: (() => void) | null;
}

/** Nothing waits for so long for the same moment, but for what asks itself to run again at once. */
const MOST_AT_ONE_MOMENT = 10_000;

export class Scheduler {
  /** Virtual milliseconds; fractions let messages cross in any order. */
  nowMs: number;
  /** Items that were run. */
  events = 0;
  #order = 0;
  #atOneMoment = 0;
  readonly #heap: Item[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Runs `run` at `atMs`, or next when that has passed. */
  at(atMs: number, run: () => void): Item {
    this.#order += 1;
    const item: Item = { atMs: Math.max(atMs, this.nowMs), order: this.#order, run };
    const heap = this.#heap;
    let i = heap.length;
    heap.push(item);
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      const above = heap[parent] as Item;
      if (!isBefore(item, above)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = item;
    return item;
  }

  after(delayMs: number, run: () => void): Item {
    return this.at(this.nowMs + delayMs, run);
  }

  /** What was cancelled neither happens nor counts. */
  cancel(item: Item): void {
    item.run = null;
  }

  /** Runs the next item; false when there is none. Time that stands still breaks `calm`. */
  step(): boolean {
    for (;;) {
      const next = this.#take();
      if (next === null) return false;
      if (next.run === null) continue;
      this.#atOneMoment = next.atMs === this.nowMs ? this.#atOneMoment + 1 : 0;
      if (this.#atOneMoment > MOST_AT_ONE_MOMENT) {
        throw new InvariantBroken("calm", `time stands still for ${MOST_AT_ONE_MOMENT} events`);
      }
      this.nowMs = next.atMs;
      this.events += 1;
      next.run();
      return true;
    }
  }

  #take(): Item | null {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(item: Item): void {
    const heap = this.#heap;
    const { length } = heap;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(heap[child + 1] as Item, heap[child] as Item)) child += 1;
      const below = heap[child] as Item;
      if (!isBefore(below, item)) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = item;
  }
}

function isBefore(a: Item, b: Item): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
