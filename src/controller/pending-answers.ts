/**
 * Answers that wait until the high watermark passes what they rest on and, where nothing was written, until a majority has
 * confirmed the leader; until they expire or leadership is lost.
 */

import { ErrorCode } from "../base/error-code.ts";

export interface PendingAnswer {
  /** The answer goes out when the high watermark reaches this (exclusive) offset. */
  readonly endOffset: number;
  /** And when this read barrier is complete; 0 when the commit itself proves who leads. */
  readonly barrier: number;
  /** After this the client is told that it timed out; the change itself may still be committed. */
  readonly deadlineMs: number;
  committed(): void;
  refused(error: number, message: string): void;
}

export class PendingAnswers {
  /** In the order of `endOffset` and of barriers: both only grow while this controller is active. */
  #waiting: PendingAnswer[] = [];
  #nextDeadlineMs = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#waiting.length;
  }

  nextDeadlineMs(): number {
    return this.#nextDeadlineMs;
  }

  add(pending: PendingAnswer): void {
    this.#waiting.push(pending);
    this.#nextDeadlineMs = Math.min(this.#nextDeadlineMs, pending.deadlineMs);
  }

  /** Sends every answer that rests on committed records only, and whose barrier is among the completed ones. */
  advance(highWatermark: number, completedBarrier: number): void {
    let count = 0;
    for (const { endOffset, barrier } of this.#waiting) {
      if (endOffset > highWatermark || barrier > completedBarrier) break;
      count += 1;
    }
    if (count === 0) return;
    const ready = this.#waiting.splice(0, count);
    this.#remember();
    for (const pending of ready) pending.committed();
  }

  /** Tells those whose time is over. */
  expire(nowMs: number): void {
    if (nowMs < this.#nextDeadlineMs) return;
    const late = this.#waiting.filter(({ deadlineMs }) => deadlineMs <= nowMs);
    this.#waiting = this.#waiting.filter(({ deadlineMs }) => deadlineMs > nowMs);
    this.#remember();
    for (const pending of late) {
      pending.refused(ErrorCode.REQUEST_TIMED_OUT, "The request was not committed in time.");
    }
  }

  /** Tells everyone that this controller is not active any more. */
  refuseAll(error: number, message: string): void {
    const refused = this.#waiting;
    this.#waiting = [];
    this.#remember();
    for (const pending of refused) pending.refused(error, message);
  }

  #remember(): void {
    this.#nextDeadlineMs = this.#waiting.reduce(
      (earliest, { deadlineMs }) => Math.min(earliest, deadlineMs),
      Number.POSITIVE_INFINITY,
    );
  }
}
