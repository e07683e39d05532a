/** The newest batches of a log in memory, contiguous to its end: what followers and brokers fetch all the time. */

import type { Batch } from "../protocol/record-batch.ts";

const MAX_BYTES = 1_000_000;

export class LogTail {
  readonly #maxBytes: number;
  /** From `#first` on; what is before was given up. */
  #batches: Batch[] = [];
  #first = 0;
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  append(batch: Batch): void {
    this.#batches.push(batch);
    this.#bytes += batch.bytes.length;
    while (this.#bytes > this.#maxBytes) {
      this.#bytes -= this.#batches[this.#first]?.bytes.length ?? 0;
      this.#first += 1;
    }
    if (this.#first <= this.#batches.length / 2) return;
    this.#batches = this.#batches.slice(this.#first);
    this.#first = 0;
  }

  clear(): void {
    this.#batches = [];
    this.#first = 0;
    this.#bytes = 0;
  }

  /** As `RaftLog.read`; null when some of it lies before the tail. `fromOffset` is before the end of the log. */
  read(fromOffset: number, maxBytes: number, endOffset: number): Uint8Array[] | null {
    const oldest = this.#batches[this.#first];
    if (oldest === undefined || fromOffset < oldest.baseOffset) return null;
    const chosen: Uint8Array[] = [];
    let size = 0;
    for (let i = this.#positionOf(fromOffset); i < this.#batches.length; i++) {
      const batch = this.#batches[i];
      if (batch === undefined || batch.lastOffset >= endOffset) break;
      if (chosen.length > 0 && size + batch.bytes.length > maxBytes) break;
      chosen.push(batch.bytes);
      size += batch.bytes.length;
    }
    return chosen;
  }

  /** Index of the batch that holds the offset. */
  #positionOf(offset: number): number {
    let low = this.#first;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#batches[middle]?.lastOffset ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
