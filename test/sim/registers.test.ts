/** What settings were must follow from the records alone, and be what the state reads when it has applied them. */

import { beforeEach, describe, expect, test } from "vitest";
import { decodeRecord, encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { applyBatch } from "../../src/state/metadata-writer.ts";
import { committed, record, TOPIC_A, TOPIC_B } from "./invariant/histories.ts";
import { Registers } from "./registers.ts";
import {
  aclKey,
  configKey,
  credentialKey,
  featureKey,
  movingKey,
  placesKey,
  quotaKey,
  type SettingChange,
  tokenKey,
} from "./setting.ts";
import { settingsOf } from "./stored-settings.ts";

let registers: Registers;

beforeEach(() => {
  registers = new Registers();
});

function commit(baseOffset: number, ...records: readonly NewRecord[]): readonly SettingChange[] {
  const lastOffset = baseOffset + records.length - 1;
  return registers.apply(committed(records, { baseOffset, lastOffset }));
}

function config(value: string | null, resourceName = "orders"): NewRecord {
  return record("config", { resourceType: 2, resourceName, name: "flush.ms", value });
}

const FLUSH = configKey(2, "orders", "flush.ms");
const USER = [{ entityType: "user", entityName: "alice" }];
const DEFAULT_USER = [{ entityType: "user", entityName: null }];
const SALT = new Uint8Array([1, 2]);
const CREDENTIAL = { name: "alice", mechanism: 1, salt: SALT, iterations: 4096 };
const KEYS = { storedKey: SALT, serverKey: SALT };
const ACL = {
  resourceType: 2,
  resourceName: "orders",
  patternType: 3,
  principal: "User:alice",
  host: "*",
  operation: 3,
  permissionType: 3,
};

describe("a setting", () => {
  test("is known as it was at every offset", () => {
    expect(commit(4, config("1"))).toEqual([{ key: FLUSH, value: "1" }]);
    commit(5, config("2"));
    expect(commit(6, config("2"))).toEqual([]);
    commit(7, config(null));
    const values = [4, 5, 6, 7, 8].map((offset) => registers.valueBefore(FLUSH, offset));
    expect(values).toEqual([null, "1", "2", "2", null]);
    expect(registers.current(FLUSH)).toBeNull();
    expect(registers.changes(FLUSH, 5, 8)).toBe(2);
  });

  test.each([
    ["1", 4, 4, false],
    ["1", 4, 5, true],
    ["1", 5, 5, true],
    ["1", 6, 9, false],
    ["2", 4, 5, false],
    [null, 4, 4, true],
    [null, 5, 6, false],
  ])("was %s from %i to %i: %s", (value, from, end, expected) => {
    commit(4, config("1"));
    commit(5, config("2"));
    expect(registers.wasHeld({ key: FLUSH, value }, from, end)).toBe(expected);
  });

  test("that a batch changes twice was only the last one", () => {
    commit(4, config("1"), config("2"));
    expect(registers.wasHeld({ key: FLUSH, value: "1" }, 4, 6)).toBe(false);
    expect(registers.valueBefore(FLUSH, 6)).toBe("2");
  });

  test("of a topic goes with it, and no other", () => {
    commit(0, record("topic", { name: "orders", topicId: TOPIC_A }), config("1"));
    commit(2, record("topic", { name: "orders-2", topicId: TOPIC_B }), config("1", "orders-2"));
    commit(4, record("partition", { topicId: TOPIC_A, partitionId: 0, replicas: [2, 1] }));
    commit(5, record("removeTopic", { topicId: TOPIC_A }));
    expect([...registers.all()]).toEqual([
      { key: configKey(2, "orders-2", "flush.ms"), value: "1" },
    ]);
  });
});

test("a partition's places are its replicas, and it moves until nobody comes or goes", () => {
  const at = { topicId: TOPIC_A, partitionId: 3 };
  commit(0, record("topic", { name: "orders", topicId: TOPIC_A }));
  commit(1, record("partition", { ...at, replicas: [2, 1] }));
  const [places, moving] = [placesKey("orders", 3), movingKey("orders", 3)];
  expect([registers.current(places), registers.current(moving)]).toEqual(["2,1", null]);
  commit(2, record("partitionChange", { ...at, removingReplicas: [1] }));
  expect([registers.current(places), registers.current(moving)]).toEqual(["2,1", "true"]);
  commit(3, record("partitionChange", { ...at, replicas: [2], removingReplicas: [] }));
  expect([registers.current(places), registers.current(moving)]).toEqual(["2", null]);
  expect(registers.wasHeld({ key: places, value: "2" }, 1, 2)).toBe(true);
  expect(registers.wasHeld({ key: places, value: "1" }, 0, 4)).toBe(false);
});

const SET: [string, NewRecord, NewRecord][] = [
  [FLUSH, config("1"), config(null)],
  [
    quotaKey(USER, "rate"),
    record("clientQuota", { entity: USER, key: "rate", value: 0.5 }),
    record("clientQuota", { entity: USER, key: "rate", remove: true }),
  ],
  [
    quotaKey(DEFAULT_USER, "rate"),
    record("clientQuota", { entity: DEFAULT_USER, key: "rate", value: 2 }),
    record("clientQuota", { entity: DEFAULT_USER, key: "rate", remove: true }),
  ],
  [
    credentialKey("alice", 1),
    record("userScramCredential", { ...CREDENTIAL, ...KEYS }),
    record("removeUserScramCredential", { name: "alice", mechanism: 1 }),
  ],
  [
    tokenKey("token"),
    record("delegationToken", { tokenId: "token", expirationTimestamp: 77n }),
    record("removeDelegationToken", { tokenId: "token" }),
  ],
  [
    aclKey(ACL),
    record("accessControlEntry", { ...ACL, id: TOPIC_B }),
    record("removeAccessControlEntry", { id: TOPIC_B }),
  ],
  [
    featureKey("group.version"),
    record("featureLevel", { name: "group.version", featureLevel: 1 }),
    record("featureLevel", { name: "group.version", featureLevel: 0 }),
  ],
];

test.each(SET)(
  "%s is read from the state as from the records, and so is that it is gone",
  (key, set, unset) => {
    const store = new MemoryVersionedStore();
    const both = (offset: number, written: NewRecord): SettingChange[] => {
      commit(offset, written);
      applyBatch(store, { lastOffset: offset, records: [decodeRecord(encodeRecord(written))] });
      return [...settingsOf(new MetadataReader(store, offset))];
    };
    expect(both(0, set)).toEqual([...registers.all()]);
    expect([...registers.all()].map((setting) => setting.key)).toEqual([key]);
    expect(both(1, unset)).toEqual([]);
    expect([...registers.all()]).toEqual([]);
  },
);
