/** How often each principal may ask over the HTTP API: a bucket for each, in the memory of one controller. */

/** Principals that are remembered; who is forgotten has a full bucket. */
const MAX_BUCKETS = 10_000;
/** Levels are whole thousandths of a request, so that nothing is lost to rounding. */
const ONE_REQUEST = 1000;
const BURST_SECONDS = 2;

interface Bucket {
  level: number;
  updatedMs: number;
}

export class RequestRate {
  /** Requests per second, which is also thousandths per millisecond; 0 is no limit. */
  readonly #perSecond: number;
  readonly #maxBuckets: number;
  /** Those used last are at the end. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    perSecond: number,
    { maxBuckets = MAX_BUCKETS }: { readonly maxBuckets?: number } = {},
  ) {
    this.#perSecond = perSecond;
    this.#maxBuckets = maxBuckets;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Counts a request: 0 when it may go on, otherwise after how many milliseconds it may come again. */
  take(principal: string, nowMs: number): number {
    if (this.#perSecond === 0) return 0;
    const bucket = this.#refilled(principal, nowMs);
    if (bucket.level < ONE_REQUEST) {
      return Math.ceil((ONE_REQUEST - bucket.level) / this.#perSecond);
    }
    bucket.level -= ONE_REQUEST;
    return 0;
  }

  #refilled(principal: string, nowMs: number): Bucket {
    const full = BURST_SECONDS * ONE_REQUEST * this.#perSecond;
    const bucket = this.#buckets.get(principal) ?? { level: full, updatedMs: nowMs };
    const passedMs = Math.max(nowMs - bucket.updatedMs, 0);
    bucket.level = Math.min(full, bucket.level + passedMs * this.#perSecond);
    bucket.updatedMs = nowMs;
    this.#buckets.delete(principal);
    this.#buckets.set(principal, bucket);
    if (this.#buckets.size > this.#maxBuckets) {
      const [oldest = principal] = this.#buckets.keys();
      this.#buckets.delete(oldest);
    }
    return bucket;
  }
}
