/**
 * Enforces the quotas on creating and deleting partitions (KIP-599): a bucket of tokens for each client that has a
 * quota. Memory of the active controller: another one begins with full buckets.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { encodeUtf8 } from "../base/byte-writer.ts";
import type { MetadataView } from "./metadata-view.ts";
import { type Client, type MutationRate, mutationRate } from "./mutation-rate.ts";

export interface MutationQuotaSettings {
  /** controller.quota.window.num and controller.quota.window.size.seconds: together how long a bucket takes to fill. */
  readonly windowNum: number;
  readonly windowSizeMs: number;
}

/** What one request may change. */
export interface MutationQuota {
  /** Takes the partitions of one topic out of the bucket; false when the request must leave that topic alone. */
  accepts(partitions: number): boolean;
  /** How long the client should wait before its next request. */
  readonly throttleTimeMs: number;
}

/** Who has no quota. */
export const UNLIMITED: MutationQuota = { accepts: () => true, throttleTimeMs: 0 };

/** Clients that are remembered; who is forgotten has a full bucket. */
const MAX_BUCKETS = 10_000;

interface Bucket {
  /** Below 0 when more was taken than there was. */
  tokens: number;
  updatedMs: number;
}

export class MutationQuotas {
  readonly #windowMs: number;
  readonly #maxBuckets: number;
  /** Those used last are at the end. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    { windowNum, windowSizeMs }: MutationQuotaSettings,
    { maxBuckets = MAX_BUCKETS }: { readonly maxBuckets?: number } = {},
  ) {
    this.#windowMs = windowNum * windowSizeMs;
    this.#maxBuckets = maxBuckets;
  }

  get size(): number {
    return this.#buckets.size;
  }

  clear(): void {
    this.#buckets.clear();
  }

  /**
   * The quota of a request. A strict one accepts nothing while the bucket is overdrawn, and then anything once; the other
   * kind accepts everything and only says how long to wait.
   */
  of(
    client: Client,
    view: MetadataView,
    { strict, nowMs }: { readonly strict: boolean; readonly nowMs: number },
  ): MutationQuota {
    const rate = mutationRate(view, client);
    if (rate === null) return UNLIMITED;
    return new BucketQuota(this.#refilled(rate, nowMs), rate, strict);
  }

  #refilled({ bucket, partitionsPerSecond }: MutationRate, nowMs: number): Bucket {
    const capacity = (partitionsPerSecond * this.#windowMs) / 1000;
    // A client id may be as long as it likes, and thousands of them are remembered.
    const key = bytesToHex(sha256(encodeUtf8(bucket)));
    const refilled = this.#buckets.get(key) ?? { tokens: capacity, updatedMs: nowMs };
    const passedMs = Math.max(nowMs - refilled.updatedMs, 0);
    const gained = (partitionsPerSecond * passedMs) / 1000;
    refilled.tokens = Math.min(capacity, refilled.tokens + gained);
    refilled.updatedMs = nowMs;
    this.#buckets.delete(key);
    this.#buckets.set(key, refilled);
    if (this.#buckets.size > this.#maxBuckets) {
      const [oldest = key] = this.#buckets.keys();
      this.#buckets.delete(oldest);
    }
    return refilled;
  }
}

class BucketQuota implements MutationQuota {
  readonly #bucket: Bucket;
  readonly #partitionsPerSecond: number;
  readonly #strict: boolean;
  #throttleTimeMs = 0;

  constructor(bucket: Bucket, { partitionsPerSecond }: MutationRate, strict: boolean) {
    this.#bucket = bucket;
    this.#partitionsPerSecond = partitionsPerSecond;
    this.#strict = strict;
  }

  get throttleTimeMs(): number {
    return this.#throttleTimeMs;
  }

  accepts(partitions: number): boolean {
    if (this.#strict && this.#isOverdrawn()) return false;
    this.#bucket.tokens -= partitions;
    if (!this.#strict) this.#isOverdrawn();
    return true;
  }

  /** Remembers how long it takes until it is not. */
  #isOverdrawn(): boolean {
    const { tokens } = this.#bucket;
    if (tokens >= 0) return false;
    const waitMs = Math.round((-tokens / this.#partitionsPerSecond) * 1000);
    this.#throttleTimeMs = Math.min(waitMs, MAX_INT32);
    return true;
  }
}

const MAX_INT32 = 0x7fff_ffff;
