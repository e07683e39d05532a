/** The tail of the log answers from memory, and is held against the disk while its life owns it. */

import { beforeEach, expect, test } from "vitest";
import { type Batch, encodeBatch, readBatch } from "../../src/protocol/record-batch.ts";
import { LogTail } from "../../src/raft/log-tail.ts";
import { CURRENT_BUILD } from "./build.ts";
import type { Counts } from "./coverage.ts";
import { Disk, StaleTwin } from "./disk.ts";
import type { HoldingCode } from "./holding.ts";
import { type OwnedStores, ownedStores } from "./owned-stores.ts";

let disk: Disk;
let counts: Counts;

beforeEach(() => {
  disk = new Disk();
  counts = {};
  disk.begin();
});

function batch(baseOffset: number, leaderEpoch: number): Batch {
  const records = [{ key: null, value: new Uint8Array(1) }];
  const bytes = encodeBatch({ baseOffset, leaderEpoch, timestampMs: 0, control: true, records });
  return readBatch(bytes)!;
}

/** A life whose tail has room for two batches. */
function storesOf(life: number, code: HoldingCode = CURRENT_BUILD.holding): OwnedStores {
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const tailBytes = 2 * batch(0, 1).bytes.length;
  const held = { rows: 9, bytes: 999, records: 9, tailBytes };
  return ownedStores(disk, life, { code, held, count });
}

test("the newest batches are read without touching the disk, older ones with it", () => {
  const { log } = storesOf(1);
  for (const offset of [0, 1, 2]) log.append(batch(offset, 1));
  disk.accessesUntilFailure = 2;
  expect(log.read(1, 1000, 3)).toEqual(disk.log.read(1, 1000, 3));
  expect(disk.accessesUntilFailure).toBe(2);
  expect(log.read(0, 1000, 3)).toEqual(disk.log.read(0, 1000, 3));
  expect(disk.accessesUntilFailure).toBe(1);
  expect(counts).toEqual({ "held: tail read": 1, "held: tail too short": 1 });
});

test("a cut empties the tail", () => {
  const { log } = storesOf(1);
  for (const offset of [0, 1, 2]) log.append(batch(offset, 1));
  log.truncate(2);
  log.append(batch(2, 5));
  expect(log.read(2, 1000, 3)).toEqual(batch(2, 5).bytes);
  expect(log.read(1, 1000, 3)).toEqual(disk.log.read(1, 1000, 3));
  expect(counts).toEqual({ "held: tail cut": 1, "held: tail read": 1, "held: tail too short": 1 });
});

test("a tail that is not what is stored breaks as-applied", () => {
  class Uncut extends LogTail {
    override clear(): void {}
  }
  const { log } = storesOf(1, { ...CURRENT_BUILD.holding, LogTail: Uncut });
  for (const offset of [0, 1]) log.append(batch(offset, 1));
  log.truncate(1);
  log.append(batch(1, 5));
  expect(() => log.read(1, 1000, 2)).toThrow("as-applied: the tail of the log from 1");
});

test("a stale twin answers from its tail, and is ended where that is too short", () => {
  const { log } = storesOf(1);
  for (const offset of [0, 1, 2]) log.append(batch(offset, 1));
  storesOf(2);
  expect(log.read(1, 1000, 3)).toEqual(disk.log.read(1, 1000, 3));
  expect(counts).toEqual({ "held: tail read by a stale twin": 1 });
  expect(() => log.read(0, 1000, 3)).toThrow(StaleTwin);
});
