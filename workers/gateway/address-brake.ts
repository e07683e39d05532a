/**
 * Slows down whoever tries tokens: an address whose requests fail to authenticate too often is turned away for a while,
 * before any controller hears of it. One isolate counts for itself, so this is a brake and no exact limit.
 */

import { parseIpv6 } from "../../src/base/ip-address.ts";
import { HttpError } from "./kafka-error.ts";

const MAX_FAILURES = 20;
const WINDOW_MS = 10_000;
/** Beyond this the address that failed first is forgotten. */
const MAX_ADDRESSES = 10_000;
/** Who has one IPv6 address has 2^64 of them. */
const IPV6_NETWORK_BYTES = 8;

interface Failures {
  readonly sinceMs: number;
  count: number;
}

/** What a `[[ratelimits]]` binding offers; it counts for all isolates of a location. */
export interface SharedLimit {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

export class AddressBrake {
  readonly #failures = new Map<string, Failures>();

  get size(): number {
    return this.#failures.size;
  }

  /**
   * Throws 429 for an address that has failed too often. Null is one that nobody has told: those are not counted, because
   * somebody with an old token would lock out all others.
   */
  check(host: string | null, nowMs: number): void {
    if (this.#failures.size === 0 || host === null) return;
    const failures = this.#failures.get(keyOf(host));
    if (failures === undefined || failures.count < MAX_FAILURES) return;
    const leftMs = failures.sinceMs + WINDOW_MS - nowMs;
    if (leftMs <= 0) return;
    throw new HttpError(
      429,
      42903,
      "Too many requests from this address have failed to authenticate. Nothing was changed.",
      { "Retry-After": String(Math.ceil(leftMs / 1000)) },
    );
  }

  /** Counts a failure, also where the deployment counts for all isolates. */
  async failed(host: string | null, nowMs: number, shared: SharedLimit | null): Promise<void> {
    if (host === null) return;
    const key = keyOf(host);
    const isOver = shared !== null && (await isOverShared(shared, key));
    const before = this.#failures.get(key);
    const isRecent = before !== undefined && nowMs - before.sinceMs < WINDOW_MS;
    const failures = isRecent ? before : { sinceMs: nowMs, count: 0 };
    failures.count = isOver ? MAX_FAILURES : failures.count + 1;
    this.#failures.delete(key);
    this.#failures.set(key, failures);
    if (this.#failures.size > MAX_ADDRESSES) this.#forgetFirst();
  }

  #forgetFirst(): void {
    const { value: first } = this.#failures.keys().next();
    if (first !== undefined) this.#failures.delete(first);
  }
}

/** A count that cannot be asked for is none: whoever has failed is answered all the same. */
async function isOverShared(shared: SharedLimit, key: string): Promise<boolean> {
  try {
    return !(await shared.limit({ key })).success;
  } catch {
    return false;
  }
}

function keyOf(host: string): string {
  return parseIpv6(host)?.subarray(0, IPV6_NETWORK_BYTES).join(".") ?? host;
}
