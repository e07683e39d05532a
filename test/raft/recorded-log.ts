/** A log in memory that keeps an index of its batches, so that checkers can compare replicas cheaply. */

import { crc32c } from "../../src/base/crc32c.ts";
import type { Batch } from "../../src/protocol/record-batch.ts";
import { MemoryLog } from "../../src/raft/memory-log.ts";

export interface Entry {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly epoch: number;
  /** Epoch of the batch before, 0 for the first. */
  readonly previousEpoch: number;
  readonly checksum: number;
}

export class RecordedLog extends MemoryLog {
  readonly entries: Entry[] = [];
  truncations = 0;

  override append(batch: Batch): void {
    const previousEpoch = this.lastEpoch;
    super.append(batch);
    this.entries.push({
      baseOffset: batch.baseOffset,
      lastOffset: batch.lastOffset,
      epoch: batch.leaderEpoch,
      previousEpoch,
      checksum: crc32c(batch.bytes),
    });
  }

  override truncate(endOffset: number): void {
    super.truncate(endOffset);
    this.truncations += 1;
    while ((this.entries.at(-1)?.lastOffset ?? -1) >= endOffset) this.entries.pop();
  }

  /** The entry that holds `offset`, if any. */
  entryAt(offset: number): Entry | undefined {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.entries[middle]!.lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return this.entries[low];
  }
}
