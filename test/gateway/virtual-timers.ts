/** Timers whose time jumps to the earliest that is due as soon as nothing else is left to do. */

import type { Timers } from "../../workers/gateway/timers.ts";

interface Pending {
  readonly dueMs: number;
  readonly run: () => void;
}

export class VirtualTimers implements Timers {
  #nowMs: number;
  readonly #pending = new Set<Pending>();
  readonly #onAdvance: (elapsedMs: number) => void;

  constructor(nowMs = 0, onAdvance: (elapsedMs: number) => void = () => {}) {
    this.#nowMs = nowMs;
    this.#onAdvance = onAdvance;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  after(delayMs: number, run: () => void): () => void {
    const pending = { dueMs: this.#nowMs + delayMs, run };
    this.#pending.add(pending);
    // Promises that can settle without time have settled when an immediate runs.
    setImmediate(() => this.#fireFirst());
    return () => this.#pending.delete(pending);
  }

  #fireFirst(): void {
    const [first] = [...this.#pending].sort((a, b) => a.dueMs - b.dueMs);
    if (first === undefined) return;
    this.#pending.delete(first);
    const elapsedMs = Math.max(first.dueMs - this.#nowMs, 0);
    this.#nowMs += elapsedMs;
    this.#onAdvance(elapsedMs);
    first.run();
  }
}
