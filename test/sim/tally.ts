/** Adds up what many runs did and reached. */

import { addCounts, type Counts } from "./coverage.ts";
import type { Run } from "./simulate.ts";

export class Tally {
  readonly counts: Counts = {};
  readonly broken: Run[] = [];
  seeds = 0;
  events = 0;
  fewestEvents = Number.POSITIVE_INFINITY;
  virtualMs = 0;
  operations = 0;
  acknowledged = 0;
  epochs = 0;
  readonly #startedMs = performance.now();

  add(run: Run): void {
    this.seeds += 1;
    this.events += run.events;
    this.fewestEvents = Math.min(this.fewestEvents, run.events);
    this.virtualMs += run.virtualMs;
    this.operations += run.operations;
    this.acknowledged += run.acknowledged;
    this.epochs += run.epochs;
    addCounts(this.counts, run.coverage);
    if (run.failure !== null) this.broken.push(run);
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  /** One line. */
  tell(): string {
    const seconds = this.elapsedMs / 1000;
    const hours = (this.virtualMs / 3_600_000).toFixed(1);
    return (
      `${(seconds / 60).toFixed(1)} min: ${this.seeds} seeds, ${this.events} events, ${hours} virtual hours, ` +
      `${(this.seeds / seconds).toFixed(1)} seeds/s, ${(this.events / seconds).toFixed(0)} events/s, ` +
      `${this.epochs} epochs, ${this.operations} operations (${this.acknowledged} answered), ${this.broken.length} broken`
    );
  }

  /** What begins with `prefix`, with how often it occurred, most often first. */
  countsOf(prefix: string): [string, number][] {
    return Object.entries(this.counts)
      .filter(([what]) => what.startsWith(prefix))
      .map(([what, count]): [string, number] => [what.slice(prefix.length), count])
      .sort(([, a], [, b]) => b - a);
  }
}
