/** Only the newest life of a controller may touch the disk, and a disk may fail at any access. */

import { beforeEach, describe, expect, test } from "vitest";
import type { FormatDocument } from "../../src/controller/api.ts";
import type { NodeStores } from "../../src/controller/node-stores.ts";
import { type Batch, encodeBatch, readBatch } from "../../src/protocol/record-batch.ts";
import { NO_ELECTION } from "../../src/raft/election-store.ts";
import { Disk, DiskFailure, StaleTwin } from "./disk.ts";
import { ownedStores } from "./owned-stores.ts";

const DOCUMENT: FormatDocument = {
  clusterId: "a-cluster",
  controllers: [],
  metadataVersion: 25,
  features: {},
  accessToken: null,
};

let disk: Disk;
let stores: NodeStores;

/** The first life has written two batches, of epochs 1 and 3, and is about to write more. */
beforeEach(() => {
  disk = new Disk();
  stores = ownedStores(disk, 1);
  disk.begin();
  stores.log.append(batch(0, 1));
  stores.log.append(batch(1, 3));
  stores.state.putAll(1, [{ key: "a", value: Uint8Array.of(7) }]);
});

function batch(baseOffset: number, leaderEpoch: number): Batch {
  const records = [{ key: null, value: new Uint8Array(1) }];
  const bytes = encodeBatch({ baseOffset, leaderEpoch, timestampMs: 0, control: false, records });
  return readBatch(bytes)!;
}

const ACCESSES: readonly [string, (stores: NodeStores) => unknown][] = [
  ["reading the format", ({ formats }) => formats.load()],
  ["writing the format", ({ formats }) => formats.save(DOCUMENT)],
  ["reading the election", ({ elections }) => elections.load()],
  ["writing the election", ({ elections }) => elections.save(NO_ELECTION)],
  ["appending", ({ log }) => log.append(batch(2, 3))],
  ["reading the log", ({ log }) => log.read(0, 1000, 2)],
  ["truncating the log", ({ log }) => log.truncate(1)],
  ["asking for the end of an older epoch", ({ log }) => log.endOffsetForEpoch(2)],
  ["reading control batches", ({ log }) => [...log.controlBatches(2)]],
  ["reading a row", ({ state }) => state.get("a", 1)],
  ["scanning rows", ({ state }) => state.scan({ start: "a", end: "b" }, 1, 10)],
  ["writing rows", ({ state }) => state.putAll(2, [])],
  ["truncating the state", ({ state }) => state.truncate(1)],
];

/** Everything that the disk holds. */
function contents(): unknown {
  return [disk.format, disk.election, disk.log.entries.slice(), disk.state.entriesFrom(0)];
}

describe("a stale twin", () => {
  beforeEach(() => {
    ownedStores(disk, 2);
  });

  test.each(ACCESSES)("is ended by %s, and the disk is as it was", (_, access) => {
    const before = contents();
    expect(() => access(stores)).toThrow(StaleTwin);
    expect(() => access(stores)).toThrow("life 1 was replaced by 2");
    expect(contents()).toEqual(before);
  });

  test("still answers from memory where its log ends, whatever the newer life writes", () => {
    const newer = ownedStores(disk, 3);
    newer.log.append(batch(2, 4));
    expect(newer.log.endOffset).toBe(3);
    expect(newer.log.lastEpoch).toBe(4);
    expect(stores.log.startOffset).toBe(0);
    expect(stores.log.endOffset).toBe(2);
    expect(stores.log.lastEpoch).toBe(3);
    expect(stores.log.endOffsetForEpoch(3)).toEqual({ epoch: 3, endOffset: 2 });
    expect(stores.log.endOffsetForEpoch(9)).toEqual({ epoch: 3, endOffset: 2 });
    expect(stores.log.read(2, 1000, 3)).toEqual(new Uint8Array(0));
  });
});

describe("a disk that fails", () => {
  test.each(ACCESSES)("does so on %s, before anything is written", (_, access) => {
    const before = contents();
    disk.accessesUntilFailure = 1;
    expect(() => access(stores)).toThrow(DiskFailure);
    expect(contents()).toEqual(before);
  });

  test("does so at the access that was asked for, once", () => {
    disk.accessesUntilFailure = 3;
    stores.elections.load();
    stores.formats.load();
    expect(() => stores.state.get("a", 1)).toThrow("the storage failed");
    expect(stores.state.get("a", 1)?.value).toEqual(Uint8Array.of(7));
  });

  test("is not touched by what is answered from memory", () => {
    disk.accessesUntilFailure = 1;
    expect(stores.log.endOffset).toBe(2);
    expect(stores.log.lastEpoch).toBe(3);
    expect(stores.log.endOffsetForEpoch(3)).toEqual({ epoch: 3, endOffset: 2 });
    expect(stores.log.read(2, 1000, 2)).toEqual(new Uint8Array(0));
  });
});

test("an owner reads what it has written", () => {
  stores.formats.save(DOCUMENT);
  stores.elections.save({ ...NO_ELECTION, leaderEpoch: 3 });
  expect(stores.formats.load()).toBe(DOCUMENT);
  expect(stores.elections.load()?.leaderEpoch).toBe(3);
  expect(stores.log.read(0, 1000, 2)).toEqual(disk.log.read(0, 1000, 2));
  expect(stores.log.endOffsetForEpoch(2)).toEqual({ epoch: 1, endOffset: 1 });
  expect(stores.state.scan({ start: "a", end: "b" }, 1, 10).map(({ key }) => key)).toEqual(["a"]);
  stores.log.truncate(1);
  stores.state.truncate(1);
  expect([stores.log.endOffset, stores.log.lastEpoch]).toEqual([1, 1]);
  expect(stores.state.get("a", 1)).toBe(null);
});

test("a new life begins with the end of the log that the disk holds", () => {
  const { log } = ownedStores(disk, 2);
  expect([log.endOffset, log.lastEpoch]).toEqual([2, 3]);
});

test("nothing prunes the state, so that none can be missed", () => {
  expect(() => stores.state.prune(1)).toThrow("nothing prunes the state yet");
});
