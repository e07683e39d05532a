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
  /** In the order of `endOffset`, because the log only grows while this controller is active. */
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
    let reached = 0;
    for (const { endOffset } of this.#waiting) {
      if (endOffset > highWatermark) break;
      reached += 1;
    }
    if (reached === 0) return;
    const committed = this.#waiting.slice(0, reached);
    const isProven = ({ barrier }: PendingAnswer): boolean => barrier <= completedBarrier;
    const ready = committed.every(isProven) ? committed : committed.filter(isProven);
    if (ready.length === 0) return;
    // What is committed goes out, although a refusal before it has still to be proven.
    const isLeft = (pending: PendingAnswer, index: number): boolean =>
      index >= reached || !isProven(pending);
    this.#waiting = this.#waiting.filter(isLeft);
    this.#remember();
    for (const pending of ready) pending.committed();
  }

  /** Tells those whose time is over; returns how many they are. */
  expire(nowMs: number): number {
    if (nowMs < this.#nextDeadlineMs) return 0;
    const late = this.#waiting.filter(({ deadlineMs }) => deadlineMs <= nowMs);
    this.#waiting = this.#waiting.filter(({ deadlineMs }) => deadlineMs > nowMs);
    this.#remember();
    for (const pending of late) {
      pending.refused(ErrorCode.REQUEST_TIMED_OUT, "The request was not committed in time.");
    }
    return late.length;
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
