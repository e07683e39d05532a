/** Short ways to write metadata records, as the log would yield them, and to apply them. */

import { decodeRecord, encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { applyBatch } from "../../src/state/metadata-writer.ts";

type DataOf<N extends NewRecord["type"]> = Extract<NewRecord, { type: N }>["data"];

/** A record of version 0, or of the given one. */
export function record<N extends NewRecord["type"]>(
  type: N,
  data: DataOf<N>,
  version = 0,
): NewRecord {
  return { type, version, data } as unknown as NewRecord;
}

/** A state that grows batch by batch, as a log would make it; offsets begin at 0. */
export class StateUnderTest {
  readonly store = new MemoryVersionedStore();
  endOffset = 0;

  /** Applies one batch, through its bytes; returns its last offset. */
  apply(...records: readonly NewRecord[]): number {
    const lastOffset = this.endOffset + records.length - 1;
    const decoded = records.map((each) => decodeRecord(encodeRecord(each)));
    applyBatch(this.store, { lastOffset, records: decoded });
    this.endOffset = lastOffset + 1;
    return lastOffset;
  }

  view(offset = this.endOffset - 1): MetadataReader {
    return new MetadataReader(this.store, offset);
  }

  /** The keys of all live rows. */
  keys(): string[] {
    return this.store.scan({ start: " ", end: "~" }, this.endOffset, 100_000).map(({ key }) => key);
  }
}
