/** What Kafka 4.3.1 wrote, replayed here, comes to what Kafka 4.3.1 put into its own snapshots. */

import { describe, expect, it } from "vitest";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { applyBatch } from "../../src/state/metadata-writer.ts";
import { isFirstPagesKey } from "../../src/state/row-key.ts";
import { brokerRow } from "../../src/state/rows/broker-row.ts";
import { topicIdsIn, withTopic } from "../../src/state/rows/first-pages.ts";
import { SqlVersionedStore } from "../../src/state/sql-versioned-store.ts";
import type { VersionedStore } from "../../src/state/versioned-store.ts";
import { NodeSql } from "../support/node-sql.ts";
import { applyRecordedLog, recordedBatches } from "./recorded-log.ts";
import { dumpView } from "./view-dump.ts";

const EVERYTHING = { start: " ", end: "~" };

/** Every live row, as bytes; a snapshot does not keep when a broker registered or got a page, so that is put to 0. */
function rowsAt(store: VersionedStore, offset: number): Map<string, string> {
  const rows = store.scan(EVERYTHING, offset, 100_000).map(({ key, value }) => {
    return [key, Buffer.from(withoutOffset(key, value)).toString("hex")] as const;
  });
  return new Map(rows);
}

function withoutOffset(key: string, value: Uint8Array): Uint8Array {
  if (key.startsWith("broker/")) {
    return brokerRow.encode({ ...brokerRow.decode(value), registrationOffset: 0 });
  }
  if (!isFirstPagesKey(key)) return value;
  const lists = topicIdsIn(value, key).map((topicId) => withTopic(null, topicId, 0));
  return Buffer.concat(lists);
}

function snapshotRows(name: string): Map<string, string> {
  const store = new MemoryVersionedStore();
  for (const { records } of recordedBatches(name)) applyBatch(store, { lastOffset: 0, records });
  return rowsAt(store, 0);
}

const STORES: readonly [string, () => VersionedStore][] = [
  ["memory", () => new MemoryVersionedStore()],
  ["sqlite", () => new SqlVersionedStore(new NodeSql())],
];

describe.each(STORES)("the recorded log in %s", (_name, open) => {
  it("holds, at the offset of each snapshot, every row of that snapshot and no other", () => {
    const store = open();
    applyRecordedLog(store);
    expect(rowsAt(store, 32)).toEqual(snapshotRows("33.checkpoint.jsonl"));
    expect(rowsAt(store, 456)).toEqual(snapshotRows("457.checkpoint.jsonl"));
  });

  it("is the same after losing its end and getting it again", () => {
    const [once, again] = [open(), open()];
    applyRecordedLog(once);
    applyRecordedLog(again);
    again.truncate(457);
    expect(rowsAt(again, 10_000)).toEqual(rowsAt(once, 456));
    for (const batch of recordedBatches("metadata.log.jsonl")) {
      if (batch.baseOffset >= 457) applyBatch(again, batch);
    }
    expect(rowsAt(again, 10_000)).toEqual(rowsAt(once, 10_000));
  });

  it("still answers at its start offset when its history is pruned", () => {
    const [whole, pruned] = [open(), open()];
    applyRecordedLog(whole);
    applyRecordedLog(pruned);
    pruned.prune(457);
    for (const offset of [456, 472, 519, 541, 1220]) {
      expect(rowsAt(pruned, offset)).toEqual(rowsAt(whole, offset));
    }
  });
});

it("shows each batch as a whole or not at all", () => {
  const store = new MemoryVersionedStore();
  applyRecordedLog(store);
  const before = new MetadataReader(store, 49);
  expect(before.topicByName("foo")).toBeNull();
  const after = new MetadataReader(store, 50);
  expect(after.topicByName("foo")).toEqual({
    topicId: "JacfVL0fQ7eUf0NhvcoUeA",
    name: "foo",
    partitionCount: 3,
  });
});

it("finds each broker's partitions by its own index", () => {
  const store = new MemoryVersionedStore();
  applyRecordedLog(store);
  for (const offset of [50, 132, 141, 339, 457, 1220]) {
    const view = new MetadataReader(store, offset);
    const all = view.topics("", 100).flatMap(({ topicId }) => [...view.partitions(topicId)]);
    for (const brokerId of [11, 12, 13]) {
      const name = (at: (typeof all)[number]) => `${at.topicId}-${at.partitionIndex}`;
      expect([...view.partitionsOfBroker(brokerId)].map(name).sort()).toEqual(
        all
          .filter(({ partition }) => partition.replicas.includes(brokerId))
          .map(name)
          .sort(),
      );
    }
  }
});

it("knows brokers, features, configs and producer ids at the end of the recording", () => {
  const store = new MemoryVersionedStore();
  applyRecordedLog(store);
  const dump = dumpView(new MetadataReader(store, 10_000));
  expect(dump.features).toEqual([
    ["group.version", 1],
    ["metadata.version", 25],
    ["transaction.version", 2],
  ]);
  expect(dump.brokers).toMatchObject([
    { brokerId: 11, epoch: 414, rack: "r1", fenced: false, inControlledShutdown: true },
    { brokerId: 12, epoch: 18, rack: "r2", fenced: false, inControlledShutdown: true },
    { brokerId: 13, epoch: 546, rack: "r3", fenced: false, inControlledShutdown: true },
  ]);
  expect(dump.topics).toMatchObject([
    { name: "__consumer_offsets", partitionCount: 50 },
    { name: "__transaction_state", partitionCount: 50 },
    { name: "bar", partitionCount: 8 },
    { name: "foo", partitionCount: 3, configs: new Map([["min.insync.replicas", "2"]]) },
  ]);
  expect(dump.brokerConfigs.slice(0, 2)).toEqual([
    { name: "", configs: new Map([["message.max.bytes", "1000000"]]) },
    { name: "11", configs: new Map([["log.cleaner.threads", "2"]]) },
  ]);
  expect(dump.nextProducerId).toBe(2000n);
});
