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

const NOBODY: readonly LogWaiter[] = [];

/** All events ask whether somebody is to wait no longer, so that is known without looking at each. */
export class LogWaiters {
  #waiters: LogWaiter[] = [];
  readonly #countByPrincipal = new Map<string, number>();
  #lowestOffset = Number.POSITIVE_INFINITY;
  #earliestDeadlineMs = Number.POSITIVE_INFINITY;

  /** Why a caller cannot wait; null when it can. Who needs no token is not told apart from others. */
  refusal({ principal, tokenId }: ApiCaller): string | null {
    if (this.#waiters.length >= MAX_WAITERS) {
      return `${MAX_WAITERS} others wait for the log: ${COME_BACK}`;
    }
    if (tokenId === null) return null;
    const own = this.#countByPrincipal.get(principal) ?? 0;
    if (own < MAX_OF_PRINCIPAL) return null;
    return `${MAX_OF_PRINCIPAL} of ${principal} wait for the log: ${COME_BACK}`;
  }

  add(waiter: LogWaiter): void {
    const { request, caller, deadlineMs } = waiter;
    this.#waiters.push(waiter);
    const own = this.#countByPrincipal.get(caller.principal) ?? 0;
    this.#countByPrincipal.set(caller.principal, own + 1);
    this.#lowestOffset = Math.min(this.#lowestOffset, request.fromOffset);
    this.#earliestDeadlineMs = Math.min(this.#earliestDeadlineMs, deadlineMs);
  }

  /** Takes those out for whom something is below `endOffset`, or whose time is over, in the order in which they came. */
  take(endOffset: number, nowMs: number): readonly LogWaiter[] {
    if (this.#lowestOffset >= endOffset && this.#earliestDeadlineMs > nowMs) return NOBODY;
    const before = this.takeAll();
    const over: LogWaiter[] = [];
    for (const waiter of before) {
      if (waiter.request.fromOffset < endOffset || waiter.deadlineMs <= nowMs) over.push(waiter);
      else this.add(waiter);
    }
    return over;
  }

  /** Takes everybody out. */
  takeAll(): readonly LogWaiter[] {
    const all = this.#waiters;
    this.#waiters = [];
    this.#countByPrincipal.clear();
    this.#lowestOffset = Number.POSITIVE_INFINITY;
    this.#earliestDeadlineMs = Number.POSITIVE_INFINITY;
    return all;
  }

  /** In absolute ms; Infinity when nobody waits. */
  nextDeadlineMs(): number {
    return this.#earliestDeadlineMs;
  }
}
