/** Measurements of the last minute, in windows, as Kafka's SampledStat keeps them: two windows of 30 s. */

const WINDOW_MS = 30_000;

interface Window {
  startMs: number;
  sum: number;
  count: number;
  max: number;
}

export class SampledStat {
  #older: Window | null = null;
  #newer: Window;

  constructor(nowMs: number) {
    this.#newer = emptyWindow(nowMs);
  }

  record(value: number, nowMs: number): void {
    this.#turn(nowMs);
    const window = this.#newer;
    window.sum += value;
    window.count += 1;
    window.max = Math.max(window.max, value);
  }

  /** NaN without measurements. */
  average(nowMs: number): number {
    const windows = this.#windows(nowMs);
    const count = windows.reduce((total, window) => total + window.count, 0);
    return windows.reduce((total, { sum }) => total + sum, 0) / count;
  }

  /** NaN without measurements. */
  max(nowMs: number): number {
    const max = Math.max(...this.#windows(nowMs).map((window) => window.max));
    return max === Number.NEGATIVE_INFINITY ? Number.NaN : max;
  }

  /** The sum of what was measured, for each second; a time shorter than one window counts as a whole one. */
  ratePerSecond(nowMs: number): number {
    const windows = this.#windows(nowMs);
    const sinceMs = Math.min(...windows.map(({ startMs }) => startMs));
    const elapsedMs = Math.max(nowMs - sinceMs, WINDOW_MS);
    return (windows.reduce((total, { sum }) => total + sum, 0) * 1000) / elapsedMs;
  }

  #windows(nowMs: number): readonly Window[] {
    this.#turn(nowMs);
    return this.#older === null ? [this.#newer] : [this.#older, this.#newer];
  }

  /** Begins a new window when the time of the newer one is over. */
  #turn(nowMs: number): void {
    const passed = nowMs - this.#newer.startMs;
    if (passed < WINDOW_MS) return;
    this.#older = passed < 2 * WINDOW_MS ? this.#newer : null;
    this.#newer = emptyWindow(nowMs);
  }
}

function emptyWindow(startMs: number): Window {
  return { startMs, sum: 0, count: 0, max: Number.NEGATIVE_INFINITY };
}
