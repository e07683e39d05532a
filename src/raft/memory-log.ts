/** The log in memory: for simulations and tests, where a crash keeps or drops the object itself. */

import { assert } from "../base/assert.ts";
import type { Batch } from "../protocol/record-batch.ts";
import { assertAppendable, assertTruncatable, type EpochEnd, type RaftLog } from "./raft-log.ts";

export class MemoryLog implements RaftLog {
  readonly #batches: Batch[] = [];

  get startOffset(): number {
    return 0;
  }

  get endOffset(): number {
    const last = this.#batches.at(-1);
    return last === undefined ? 0 : last.lastOffset + 1;
  }

  get storedEndOffset(): number {
    return this.endOffset;
  }

  get lastEpoch(): number {
    return this.#batches.at(-1)?.leaderEpoch ?? 0;
  }

  append(batch: Batch): void {
    assertAppendable(this, batch);
    this.#batches.push(batch);
  }

  flush(): void {}

  read(fromOffset: number, maxBytes: number, endOffset: number): Uint8Array {
    const chosen: Uint8Array[] = [];
    let size = 0;
    for (let i = this.#firstEndingAfter(fromOffset); i < this.#batches.length; i++) {
      const batch = this.#batches[i];
      if (batch === undefined || batch.lastOffset >= endOffset) break;
      if (chosen.length > 0 && size + batch.bytes.length > maxBytes) break;
      chosen.push(batch.bytes);
      size += batch.bytes.length;
    }
    return concatenate(chosen, size);
  }

  truncate(endOffset: number): void {
    assertTruncatable(this, endOffset);
    const keep = this.#firstEndingAfter(endOffset);
    const next = this.#batches[keep];
    assert(
      next === undefined || next.baseOffset === endOffset,
      `Cannot truncate to ${endOffset}: it lies inside a batch`,
    );
    this.#batches.length = keep;
  }

  endOffsetForEpoch(epoch: number): EpochEnd {
    const index = this.#batches.findLastIndex((batch) => batch.leaderEpoch <= epoch);
    const batch = this.#batches[index];
    if (batch === undefined) return { epoch: 0, endOffset: this.startOffset };
    return { epoch: batch.leaderEpoch, endOffset: batch.lastOffset + 1 };
  }

  *controlBatches(beforeOffset: number): Generator<Batch> {
    for (let i = this.#batches.length - 1; i >= 0; i--) {
      const batch = this.#batches[i];
      if (batch?.control && batch.baseOffset < beforeOffset) yield batch;
    }
  }

  /** Index of the first batch that ends after `offset`; the number of batches when there is none. */
  #firstEndingAfter(offset: number): number {
    let low = 0;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#batches[middle]?.lastOffset ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** One array of `size` bytes with the parts one after the other. */
export function concatenate(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const whole = new Uint8Array(size);
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
