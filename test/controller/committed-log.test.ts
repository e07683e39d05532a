/** Whoever follows the log gets what is in it, and its newest batches are read and decoded once for all of them. */

import { beforeEach, describe, expect, test } from "vitest";
import { Prng } from "../../src/base/prng.ts";
import { randomUuid } from "../../src/base/uuid.ts";
import type { LogRecordJson } from "../../src/controller/api.ts";
import { ApplyingLog } from "../../src/controller/applying-log.ts";
import { type DecodedBatch, DecodedTail } from "../../src/controller/decoded-tail.ts";
import { CommittedLog } from "../../src/controller/read-log.ts";
import { encodeRecord } from "../../src/protocol/metadata-record.ts";
import { encodeBatch, readBatch } from "../../src/protocol/record-batch.ts";
import { MemoryLog } from "../../src/raft/memory-log.ts";
import type { RaftLog } from "../../src/raft/raft-log.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { record } from "../sim/invariant/histories.ts";

const MAX_RECORDS = 1000;

let prng: Prng;
let reads: number;
let log: ApplyingLog;

/** A log that counts how often it is read. */
function countingLog(): RaftLog {
  const inner = new MemoryLog();
  return new Proxy<RaftLog>(inner, {
    get(target, name) {
      if (name === "read") reads += 1;
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

beforeEach(() => {
  prng = Prng.fromNumber(7);
  reads = 0;
  log = new ApplyingLog(countingLog(), new MemoryVersionedStore());
});

/** Appends a batch that creates topics of these names. */
function append(names: readonly string[], epoch = 1): void {
  const records = names.map((name) => {
    const value = encodeRecord(record("topic", { name, topicId: randomUuid(prng) }));
    return { key: null, value };
  });
  const header = { baseOffset: log.endOffset, leaderEpoch: epoch, timestampMs: 0, control: false };
  const batch = readBatch(encodeBatch({ ...header, records }));
  if (batch !== null) log.append(batch);
}

function namesOf(batches: readonly DecodedBatch[]): unknown[] {
  return batches.flatMap((batch) =>
    [...batch.recordsFrom(0)].map(({ data }) => (data as { name: string }).name),
  );
}

/** The decoded record itself. */
function firstOf(batches: readonly DecodedBatch[] = []): LogRecordJson {
  const [record] = batches.flatMap((batch) => [...batch.recordsFrom(0)]);
  if (record === undefined) throw new Error("there is no record");
  return record;
}

describe("the tail", () => {
  test("is read and decoded once, however many follow it", () => {
    const tail = new DecodedTail(log);
    append(["a", "b"]);
    const first = tail.read(0, log.endOffset);
    expect(namesOf(first)).toEqual(["a", "b"]);
    append(["c"]);
    reads = 0;
    const followers = Array.from({ length: 100 }, () => tail.read(2, log.endOffset));
    const [one] = followers;
    expect(one?.map(({ baseOffset }) => baseOffset)).toEqual([2]);
    for (const other of followers) expect(firstOf(other)).toBe(firstOf(one));
    // Who is behind by a commit is served as well.
    expect(firstOf(tail.read(0, log.endOffset))).toBe(firstOf(first));
    expect(reads).toBe(1);
  });

  test("is not taken away by who reads history", () => {
    const tail = new DecodedTail(log);
    const names = Array.from({ length: 50 }, (_, i) => `${"x".repeat(30_000)}${i}`);
    for (let i = 0; i < names.length; i += 10) append(names.slice(i, i + 10));
    append(["last"]);
    const last = tail.read(50, 51);
    // So much is read at once.
    expect(namesOf(tail.read(0, 51))).toEqual(names.slice(0, 30));
    reads = 0;
    expect(tail.read(50, 51)[0]).toBe(last[0]);
    expect(reads).toBe(0);
  });

  test("keeps no more than a bound of it", () => {
    const tail = new DecodedTail(log);
    const long = "x".repeat(200);
    append(["first"]);
    tail.read(0, log.endOffset);
    for (let i = 0; i < 1500; i++) {
      const end = log.endOffset;
      append([`${long}${i}`]);
      tail.read(end, log.endOffset);
    }
    reads = 0;
    tail.read(log.endOffset - 500, log.endOffset);
    expect(reads).toBe(0);
    expect(namesOf(tail.read(0, 1))).toEqual(["first"]);
    expect(reads).toBe(1);
  });

  test("is what the log holds, wherever one begins, also when some of it was taken back", () => {
    const tail = new DecodedTail(log);
    const names: string[] = [];
    const starts: number[] = [];
    for (let step = 0; step < 2000; step++) {
      if (prng.below(20) === 0 && starts.length > 0) {
        const kept = starts[prng.below(starts.length)] ?? 0;
        log.truncate(kept);
        names.length = kept;
        starts.splice(starts.indexOf(kept));
      } else if (prng.below(2) === 0) {
        const batch = Array.from({ length: 1 + prng.below(3) }, (_, i) => `t${step}-${i}`);
        starts.push(log.endOffset);
        append(batch, 1 + step);
        names.push(...batch);
      }
      const ends = [...starts, log.endOffset];
      const end = ends[Math.max(0, ends.length - 1 - prng.below(3))] ?? 0;
      const from = Math.max(0, end - prng.below(12));
      const found = tail.read(from, end);
      const base = found[0]?.baseOffset ?? from;
      expect(base).toBe(from < end ? starts.findLast((start) => start <= from) : from);
      expect(namesOf(found)).toEqual(names.slice(base, end));
    }
  });
});

describe("those who are answered in one event", () => {
  const at = () => ({ highWatermark: log.endOffset, epoch: 1 });
  const range = { form: "records", fromOffset: 0, maxRecords: MAX_RECORDS } as const;

  test("share one reading of the log, each with its own filter", () => {
    const committed = new CommittedLog(log);
    append(["a", "b"]);
    append(["c"]);
    reads = 0;
    const asked = ["a", "b", "c", "d"].map((topic) => {
      const filter = { types: null, topic, brokerId: null };
      return committed.read({ ...range, filter }, at());
    });
    expect(asked.map(({ records }) => records.map(({ offset }) => offset))).toEqual([
      [0],
      [1],
      [2],
      [],
    ]);
    expect(asked.map(({ nextOffset }) => nextOffset)).toEqual([3, 3, 3, 3]);
    expect(reads).toBe(1);
  });

  test("are told the same by the same object, as long as they ask for the same", () => {
    const committed = new CommittedLog(log);
    append(["a"]);
    append(["b"]);
    const filter = { types: null, topic: "a", brokerId: null };
    const first = committed.read({ ...range, filter }, at());
    expect(committed.read({ ...range, filter: { ...filter } }, at())).toBe(first);
    const others = [
      committed.read(range, at()),
      committed.read({ ...range, filter: { ...filter, topic: "b" } }, at()),
      committed.read({ ...range, filter, fromOffset: 1 }, at()),
      committed.read({ ...range, filter, maxRecords: 1 }, at()),
      committed.read({ ...range, filter }, { ...at(), highWatermark: 1 }),
      committed.read({ ...range, filter }, { ...at(), epoch: 2 }),
    ];
    expect(new Set([first, ...others]).size).toBe(7);
    expect(others.map(({ records }) => records.map(({ offset }) => offset))).toEqual([
      [0, 1],
      [1],
      [],
      [0],
      [0],
      [0],
    ]);
    committed.forget();
    expect(committed.read({ ...range, filter }, at())).not.toBe(first);
  });

  test("get no more records than they ask for, and hear where to go on", () => {
    const committed = new CommittedLog(log);
    append(["a", "b"]);
    append(["c", "d"]);
    const page = (fromOffset: number, maxRecords: number) => {
      const { records, nextOffset } = committed.read({ ...range, fromOffset, maxRecords }, at());
      return [records.map(({ offset }) => offset), nextOffset];
    };
    expect(page(0, 1)).toEqual([[0], 1]);
    expect(page(1, 2)).toEqual([[1, 2], 3]);
    expect(page(3, 2)).toEqual([[3], 4]);
    expect(page(4, 2)).toEqual([[], 4]);
    expect(page(0, 2)).toEqual([[0, 1], 2]);
  });

  test("look at 2,000 records at most, wanted or not, and decode no others", () => {
    const committed = new CommittedLog(log);
    append(Array.from({ length: 5000 }, (_, i) => `t${i}`));
    const all = committed.read({ ...range, fromOffset: 0, maxRecords: 10_000 }, at());
    expect([all.records.length, all.nextOffset]).toEqual([2000, 2000]);
    const filter = { types: ["PARTITION_RECORD"], topic: null, brokerId: null };
    const none = committed.read({ ...range, fromOffset: 2000, maxRecords: 1, filter }, at());
    expect([none.records.length, none.nextOffset]).toEqual([0, 4000]);
    const rest = committed.read({ ...range, fromOffset: 4000, maxRecords: 10_000 }, at());
    expect([rest.records.length, rest.nextOffset]).toEqual([1000, 5000]);
  });
});
