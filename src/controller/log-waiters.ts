/** Reads of the log that wait for what comes next: so many in all, and a share of them for each principal. */

import type { ApiReply, ApiRequest } from "./api.ts";
import type { ApiCaller } from "./caller.ts";

export interface LogWaiter {
  readonly request: Extract<ApiRequest, { kind: "log" }>;
  readonly caller: ApiCaller;
  readonly deadlineMs: number;
  readonly reply: (reply: ApiReply) => void;
}

/** Beyond this a log read is refused when there is nothing for it yet. */
const MAX_WAITERS = 1000;
/** One principal leaves half to the others. */
const MAX_OF_PRINCIPAL = 500;
const COME_BACK = "come back in a while, or do not wait.";

export class LogWaiters {
  #waiters: LogWaiter[] = [];

  /** Why a caller cannot wait; null when it can. Who needs no token is not told apart from others. */
  refusal({ principal, tokenId }: ApiCaller): string | null {
    if (this.#waiters.length >= MAX_WAITERS) {
      return `${MAX_WAITERS} others wait for the log: ${COME_BACK}`;
    }
    if (tokenId === null || this.#waiters.length < MAX_OF_PRINCIPAL) return null;
    const own = this.#waiters.filter(({ caller }) => caller.principal === principal).length;
    if (own < MAX_OF_PRINCIPAL) return null;
    return `${MAX_OF_PRINCIPAL} of ${principal} wait for the log: ${COME_BACK}`;
  }

  add(waiter: LogWaiter): void {
    this.#waiters.push(waiter);
  }

  /** Takes those out that are not to wait any longer, in the order in which they came. */
  take(isOver: (waiter: LogWaiter) => boolean): readonly LogWaiter[] {
    if (this.#waiters.length === 0) return this.#waiters;
    const over: LogWaiter[] = [];
    const waiting: LogWaiter[] = [];
    for (const waiter of this.#waiters) (isOver(waiter) ? over : waiting).push(waiter);
    this.#waiters = waiting;
    return over;
  }

  /** In absolute ms; Infinity when nobody waits. */
  nextDeadlineMs(): number {
    return this.#waiters.reduce(
      (earliest, { deadlineMs }) => Math.min(earliest, deadlineMs),
      Number.POSITIVE_INFINITY,
    );
  }
}
