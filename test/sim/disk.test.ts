/** What a crash may leave of a disk, and what of its log survives any crash. */

import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { FormatDocument } from "../../src/controller/api.ts";
import { type Batch, encodeBatch, readBatch } from "../../src/protocol/record-batch.ts";
import { type ElectionState, NO_ELECTION } from "../../src/raft/election-store.ts";
import { Disk } from "./disk.ts";
import { entryOf } from "./indexed-log.ts";
import { JournaledState } from "./journaled-state.ts";

let disk: Disk;

beforeEach(() => {
  disk = new Disk();
});

/** `content` tells batches of one place and epoch apart. */
function batch(baseOffset: number, { epoch = 1, size = 1, content = 0 } = {}): Batch {
  const records = Array.from({ length: size }, () => ({ key: null, value: new Uint8Array(1) }));
  const written = { baseOffset, leaderEpoch: epoch, timestampMs: content, control: false, records };
  return readBatch(encodeBatch(written))!;
}

const electionOf = (leaderEpoch: number): ElectionState => ({ ...NO_ELECTION, leaderEpoch });

function formatOf(metadataVersion: number): FormatDocument {
  return {
    clusterId: "a-cluster",
    controllers: [],
    metadataVersion,
    features: {},
    accessToken: null,
  };
}

/** One row that is overwritten at every offset, one at every third, and now and then a deletion. */
const rowsAt = (offset: number) =>
  ["newest", `third-${offset % 3}`].map((key) => ({
    key,
    value: offset % 5 === 4 ? null : Uint8Array.of(offset),
  }));

/** Appends a batch of one record, and the rows that it makes. */
function append(offset: number, epoch = 1): void {
  disk.append(batch(offset, { epoch }));
  disk.putRows(offset, rowsAt(offset));
}

function truncate(endOffset: number): void {
  disk.truncateLog(endOffset);
  disk.truncateState(endOffset);
}

function transaction(write: () => void): void {
  disk.begin();
  write();
  disk.commit();
}

const newestRow = () => disk.state.get("newest", 1000)?.value[0] ?? null;

describe("a crash", () => {
  test.each([0, 1, 2, 3])(
    "keeps of three unsynced transactions the first %d, in every store",
    (kept) => {
      for (const n of [0, 1, 2]) {
        transaction(() => {
          append(n);
          disk.saveElection(electionOf(n + 1));
          disk.saveFormat(formatOf(n + 1));
        });
      }
      expect(disk.pendingTransactions).toBe(3);
      disk.crash(kept);
      expect([disk.log.endOffset, disk.log.entries.length, disk.durableEndOffset]).toEqual([
        kept,
        kept,
        kept,
      ]);
      expect([disk.state.lastOffset, newestRow()]).toEqual([
        kept - 1,
        kept === 0 ? null : kept - 1,
      ]);
      expect(disk.election).toEqual(kept === 0 ? null : electionOf(kept));
      expect(disk.format).toEqual(kept === 0 ? null : formatOf(kept));
      expect(disk.pendingTransactions).toBe(0);
    },
  );

  test("takes back what an open transaction has written, whatever else it keeps", () => {
    transaction(() => append(0));
    disk.begin();
    append(1);
    disk.crash(1);
    expect(disk.log.endOffset).toBe(1);
  });
});

describe("a transaction", () => {
  test("that is rolled back leaves nothing behind", () => {
    transaction(() => append(0));
    disk.begin();
    append(1);
    truncate(0);
    append(0, 3);
    disk.saveElection(NO_ELECTION);
    disk.rollback();
    expect(disk.log.entries.map(({ epoch }) => epoch)).toEqual([1]);
    expect([newestRow(), disk.election, disk.pendingTransactions]).toEqual([0, null, 1]);
    expect(disk.takeChanges()).toEqual([]);
  });

  test("that is rolled back takes nothing away from what is durable", () => {
    transaction(() => append(0));
    disk.sync();
    disk.begin();
    truncate(0);
    disk.rollback();
    expect(disk.durableEndOffset).toBe(1);
  });

  test("tells once what it did to the log, in order", () => {
    transaction(() => append(0));
    disk.begin();
    truncate(0);
    append(0, 2);
    expect(disk.takeChanges()).toEqual([
      { kind: "truncated", endOffset: 0 },
      { kind: "appended", batch: batch(0, { epoch: 2 }) },
    ]);
    expect(disk.takeChanges()).toEqual([]);
  });
});

describe("the durable end of the log", () => {
  beforeEach(() => {
    transaction(() => {
      for (const offset of [0, 1, 2, 3]) append(offset);
    });
    disk.sync();
  });

  test("moves with each transaction that is synced", () => {
    transaction(() => append(4));
    const ends = [disk.durableEndOffset];
    for (const _ of [1, 2]) {
      disk.sync();
      ends.push(disk.durableEndOffset);
    }
    expect(ends).toEqual([4, 5, 5]);
  });

  test("is where an unsynced truncation cuts, even if it writes anew beyond that", () => {
    transaction(() => {
      truncate(2);
      append(2, 2);
    });
    expect(disk.durableEndOffset).toBe(2);
    disk.sync();
    expect(disk.durableEndOffset).toBe(3);
  });

  test("does not move past the cut of a later transaction", () => {
    transaction(() => append(4));
    transaction(() => truncate(3));
    disk.sync();
    expect(disk.durableEndOffset).toBe(3);
  });
});

interface Contents {
  readonly batches: readonly Batch[];
  readonly rowOffsets: readonly number[];
  readonly election: ElectionState | null;
  readonly format: FormatDocument | null;
}

const endOf = (batches: readonly Batch[]): number => (batches.at(-1)?.lastOffset ?? -1) + 1;

/** One write, whose kind and place the drawn number decides; returns what the disk holds if it survives. */
function write(contents: Contents, draw: number): Contents {
  const { batches, rowOffsets } = contents;
  if (draw % 8 === 0) {
    disk.saveElection(electionOf(draw));
    return { ...contents, election: electionOf(draw) };
  }
  if (draw % 8 === 1) {
    disk.saveFormat(formatOf(draw));
    return { ...contents, format: formatOf(draw) };
  }
  if (draw % 8 < 4) {
    const left = batches.slice(0, Math.max(0, batches.length - ((draw >> 3) % 5)));
    truncate(endOf(left));
    const rowsLeft = rowOffsets.filter((offset) => offset < endOf(left));
    return { ...contents, batches: left, rowOffsets: rowsLeft };
  }
  const epoch = (batches.at(-1)?.leaderEpoch ?? 1) + ((draw >> 3) % 4 === 0 ? 1 : 0);
  const added = batch(endOf(batches), { epoch, size: 1 + ((draw >> 5) % 3), content: draw });
  disk.append(added);
  const grown = { ...contents, batches: [...batches, added] };
  // Not every batch makes rows.
  if ((draw >> 7) % 4 === 0) return grown;
  disk.putRows(added.lastOffset, rowsAt(added.lastOffset));
  return { ...grown, rowOffsets: [...rowOffsets, added.lastOffset] };
}

function expectContents({ batches, rowOffsets, election, format }: Contents): void {
  const state = new JournaledState();
  for (const offset of rowOffsets) state.putAll(offset, rowsAt(offset));
  const range = { start: " ", end: "~" };
  expect(disk.log.entries).toEqual(batches.map(entryOf));
  expect(disk.state.digest).toBe(state.digest);
  expect(disk.state.scan(range, 1e6, 99)).toEqual(state.scan(range, 1e6, 99));
  expect([disk.election, disk.format]).toEqual([election, format]);
}

/** Where the logs that different crashes would leave begin to differ. */
function commonEnd([first, ...others]: readonly Contents[]): number {
  const isCommon = (each: Batch, i: number) => others.every(({ batches }) => batches[i] === each);
  const firstOther = first?.batches.findIndex((each, i) => !isCommon(each, i)) ?? 0;
  return endOf(first?.batches.slice(0, firstOther < 0 ? undefined : firstOther) ?? []);
}

test("whatever is written, synced, failed and crashed, the disk is what the transactions kept make it", () => {
  const writes = fc.array(fc.nat(), { minLength: 1, maxLength: 5 });
  const steps = fc.array(fc.record({ draw: fc.nat(9), kept: fc.nat(5), writes }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, (drawn) => {
      disk = new Disk();
      /** What a crash may leave: without any of the unsynced transactions, with the first of them, and so on. */
      let possible: Contents[] = [{ batches: [], rowOffsets: [], election: null, format: null }];
      for (const { draw, kept, writes: draws } of drawn) {
        const now = possible.at(-1)!;
        if (draw < 5) {
          transaction(() => possible.push(draws.reduce(write, now)));
        } else if (draw < 8) {
          disk.sync();
          possible = possible.slice(possible.length > 1 ? 1 : 0);
        } else {
          // An event that fails takes its own writes back before its controller dies.
          disk.begin();
          if (draw === 9) draws.reduce(write, now);
          const left = Math.min(kept, possible.length - 1);
          disk.crash(left);
          possible = [possible[left]!];
        }
        expectContents(possible.at(-1)!);
        expect(disk.pendingTransactions).toBe(possible.length - 1);
        expect(disk.durableEndOffset).toBe(commonEnd(possible));
      }
    }),
  );
});
