/** The newest batches in memory, against a log that keeps all of them. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Batch, readBatch } from "../../src/protocol/record-batch.ts";
import { LogTail } from "../../src/raft/log-tail.ts";
import { concatenate, MemoryLog } from "../../src/raft/memory-log.ts";
import { dataBatch } from "./lone-replica.ts";

const BATCH_BYTES = dataBatch(0, 1).length;

function batchAt(offset: number): Batch {
  return readBatch(dataBatch(offset, 1))!;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return concatenate(
    parts,
    parts.reduce((size, { length }) => size + length, 0),
  );
}

test("a tail reads what the whole log would, or says that it begins later", () => {
  const count = fc.integer({ min: 1, max: 20 });
  const read = fc.record({ from: count, maxBatches: count, end: count });
  fc.assert(
    fc.property(count, count, read, (batches, kept, { from, maxBatches, end }) => {
      const tail = new LogTail(kept * BATCH_BYTES);
      const log = new MemoryLog();
      for (let offset = 0; offset < batches; offset++) {
        tail.append(batchAt(offset));
        log.append(batchAt(offset));
      }
      const fromOffset = from % batches;
      const maxBytes = maxBatches * BATCH_BYTES;
      const found = tail.read(fromOffset, maxBytes, end);
      if (fromOffset < batches - kept) expect(found).toBeNull();
      else expect(joined(found!)).toEqual(log.read(fromOffset, maxBytes, end));
    }),
  );
});

test("a tail that was cleared knows nothing", () => {
  const tail = new LogTail();
  tail.append(batchAt(0));
  tail.clear();
  expect(tail.read(0, 1000, 1)).toBeNull();
});
