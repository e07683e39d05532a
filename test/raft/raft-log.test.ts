/** Both logs against a plain list of batches. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Batch, encodeBatch, readBatch } from "../../src/protocol/record-batch.ts";
import { MemoryLog } from "../../src/raft/memory-log.ts";
import { MAX_BATCH_BYTES, type RaftLog } from "../../src/raft/raft-log.ts";
import { SqlLog } from "../../src/raft/sql-log.ts";
import { NodeSql } from "../support/node-sql.ts";

function batch(baseOffset: number, leaderEpoch: number, count = 1, valueBytes = 1): Batch {
  const control = count === 3;
  const records = Array.from({ length: count }, () => ({
    key: control ? new Uint8Array(4) : null,
    value: new Uint8Array(valueBytes),
  }));
  return readBatch(encodeBatch({ baseOffset, leaderEpoch, timestampMs: 0, control, records }))!;
}

/** The obvious answers. */
class Model {
  batches: Batch[] = [];

  get endOffset(): number {
    return (this.batches.at(-1)?.lastOffset ?? -1) + 1;
  }

  read(fromOffset: number, maxBytes: number, endOffset: number): Uint8Array {
    let bytes: number[] = [];
    for (const { bytes: next, lastOffset } of this.batches) {
      if (lastOffset < fromOffset) continue;
      const fits = bytes.length === 0 || bytes.length + next.length <= maxBytes;
      if (lastOffset >= endOffset || !fits) break;
      bytes = [...bytes, ...next];
    }
    return new Uint8Array(bytes);
  }

  endOffsetForEpoch(epoch: number): { epoch: number; endOffset: number } {
    const below = this.batches.filter(({ leaderEpoch }) => leaderEpoch <= epoch).at(-1);
    if (below === undefined) return { epoch: 0, endOffset: 0 };
    return { epoch: below.leaderEpoch, endOffset: below.lastOffset + 1 };
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("append"),
      epochs: fc.nat(2),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("truncate"), share: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.constant({ do: "reopen" }) },
);

test.each(["memory", "sql"])("the %s log reads what was appended and not truncated", (kind) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(400), (steps, maxBytes) => {
      const sql = new NodeSql();
      const model = new Model();
      let log: RaftLog = kind === "sql" ? new SqlLog(sql) : new MemoryLog();
      for (const action of steps) {
        if ("count" in action) {
          const epoch = (model.batches.at(-1)?.leaderEpoch ?? 1) + action.epochs;
          const next = batch(model.endOffset, epoch, action.count);
          log.append(next);
          model.batches.push(next);
        } else if ("share" in action) {
          const keep = Math.floor((model.batches.length * action.share) / 100);
          model.batches.length = keep;
          log.truncate(model.endOffset);
        } else if (kind === "sql") {
          log.flush();
          log = new SqlLog(sql);
        }
        expect(log.endOffset).toBe(model.endOffset);
        expect(log.lastEpoch).toBe(model.batches.at(-1)?.leaderEpoch ?? 0);
      }
      for (let offset = 0; offset <= model.endOffset; offset++) {
        expect(log.read(offset, maxBytes, model.endOffset)).toEqual(
          model.read(offset, maxBytes, model.endOffset),
        );
        expect(log.read(0, maxBytes, offset)).toEqual(model.read(0, maxBytes, offset));
        const control = model.batches.filter((each) => each.control && each.baseOffset < offset);
        expect([...log.controlBatches(offset)]).toEqual(control.reverse());
      }
      for (let epoch = 0; epoch <= log.lastEpoch + 1; epoch++) {
        expect(log.endOffsetForEpoch(epoch)).toEqual(model.endOffsetForEpoch(epoch));
      }
      sql.close();
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["memory", () => new MemoryLog()],
  ["sql", () => new SqlLog(new NodeSql())],
])(
  "the %s log refuses gaps, older epochs, cuts inside a batch and rows that are too large",
  (_, open) => {
    const log = open();
    log.append(batch(0, 2, 3));
    expect(() => log.append(batch(4, 2))).toThrow("Cannot append at 4: the log ends at 3");
    expect(() => log.append(batch(3, 1))).toThrow("Cannot append epoch 1: the log is in epoch 2");
    expect(() => log.truncate(1)).toThrow("Cannot truncate to 1: it lies inside a batch");
    expect(() => log.truncate(4)).toThrow("Cannot truncate to 4: the log holds 0 to 3");
    expect(() => log.append(batch(3, 2, 1, MAX_BATCH_BYTES))).toThrow("fit a row");
    log.append(batch(3, 2, 1, MAX_BATCH_BYTES - 200));
    expect(log.endOffset).toBe(4);
  },
);

test("the sql log writes nothing before it is told to, and then everything, in a few rows", () => {
  const sql = new NodeSql();
  const log = new SqlLog(sql);
  for (let i = 0; i < 37; i++) log.append(batch(i, 1, 1, 1000));
  expect(new SqlLog(sql).endOffset).toBe(0);
  log.flush();
  log.flush();
  const rows = sql.all("SELECT base_offset, last_offset FROM raft_batch ORDER BY base_offset");
  expect(rows).toEqual([
    { base_offset: 0, last_offset: 14 },
    { base_offset: 15, last_offset: 29 },
    { base_offset: 30, last_offset: 36 },
  ]);
  expect(new SqlLog(sql).read(0, 1_000_000, 37)).toEqual(log.read(0, 1_000_000, 37));
  expect(new SqlLog(sql).endOffset).toBe(37);
});

test("a row of the sql log holds batches of one epoch, and a control batch by itself", () => {
  const sql = new NodeSql();
  const log = new SqlLog(sql);
  for (const [offset, epoch, count] of [
    [0, 1, 1],
    [1, 1, 1],
    [2, 2, 1],
    [3, 2, 3],
    [6, 2, 3],
    [9, 2, 1],
  ] as const) {
    log.append(batch(offset, epoch, count));
  }
  log.flush();
  const rows = sql.all("SELECT base_offset, epoch, control FROM raft_batch ORDER BY base_offset");
  expect(rows.map(Object.values)).toEqual([
    [0, 1, 0],
    [2, 2, 0],
    [3, 2, 1],
    [6, 2, 1],
    [9, 2, 0],
  ]);
});

test("the sql log reads and cuts many rows of one batch each", () => {
  const sql = new NodeSql();
  for (let i = 0; i < 100; i++) {
    const log = new SqlLog(sql);
    log.append(batch(i, 1));
    log.flush();
  }
  expect(sql.all("SELECT base_offset FROM raft_batch")).toHaveLength(100);
  const log = new SqlLog(sql);
  const { length } = batch(0, 1).bytes;
  expect(log.read(3, 1_000_000, 99)).toHaveLength(96 * length);
  expect(log.read(3, 10 * length, 99)).toHaveLength(10 * length);
  log.truncate(50);
  expect(log.read(0, 1_000_000, 100)).toHaveLength(50 * length);
});

test("the sql log pages through thousands of control batches and small reads", () => {
  const log = new SqlLog(new NodeSql());
  for (let i = 0; i < 300; i++) log.append(batch(i * 3, i + 1, 3));
  const all = log.read(0, 10_000_000, 900);
  expect(all.length).toBe(300 * batch(0, 1, 3).bytes.length);
  expect([...log.controlBatches(900)].map(({ baseOffset }) => baseOffset)).toEqual(
    Array.from({ length: 300 }, (_, i) => (299 - i) * 3),
  );
});
