/** The log in memory with an index of its batches, so that invariants can look them up without reading it. */

import type { Batch } from "../../src/protocol/record-batch.ts";
import { MemoryLog } from "../../src/raft/memory-log.ts";
import type { Entry, LogOfEntries } from "./observation.ts";

const CRC_POSITION = 17;

export class IndexedLog extends MemoryLog implements LogOfEntries {
  readonly #entries: Entry[] = [];
  readonly #positions = new Map<number, number>();

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  override append(batch: Batch): void {
    super.append(batch);
    this.#positions.set(batch.baseOffset, this.#entries.length);
    this.#entries.push(entryOf(batch));
  }

  override truncate(endOffset: number): void {
    super.truncate(endOffset);
    for (;;) {
      const last = this.#entries.at(-1);
      if (last === undefined || last.lastOffset < endOffset) return;
      this.#entries.pop();
      this.#positions.delete(last.baseOffset);
    }
  }

  entryAt(baseOffset: number): Entry | null {
    const position = this.#positions.get(baseOffset);
    return position === undefined ? null : (this.#entries[position] ?? null);
  }

  entryBefore(baseOffset: number): Entry | null {
    const position = this.#positions.get(baseOffset);
    return position === undefined ? null : (this.#entries[position - 1] ?? null);
  }
}

export function entryOf({ baseOffset, lastOffset, leaderEpoch, control, bytes }: Batch): Entry {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    baseOffset,
    lastOffset,
    epoch: leaderEpoch,
    control,
    checksum: view.getUint32(CRC_POSITION),
  };
}
