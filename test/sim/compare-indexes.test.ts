/** An index that has too much or too little must be told, whichever it is. */

import { beforeEach, expect, test } from "vitest";
import { decodeRecord, encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { applyBatch } from "../../src/state/metadata-writer.ts";
import { RowKeys } from "../../src/state/row-key.ts";
import { withTopic } from "../../src/state/rows/first-pages.ts";
import { wrongIndexes } from "./compare-indexes.ts";
import { record, TOPIC_A, TOPIC_B } from "./invariant/histories.ts";

const BROKER = { brokerEpoch: 1n, incarnationId: TOPIC_B };
const ACL = { resourceType: 2, resourceName: "orders", patternType: 3, principal: "User:a" };
let store: MemoryVersionedStore;

/** A topic whose only partition is being moved, has no leader and somebody eligible. */
beforeEach(() => {
  store = new MemoryVersionedStore();
  apply(
    0,
    record("registerBroker", { ...BROKER, brokerId: 1 }),
    record("registerBroker", { ...BROKER, brokerId: 2 }),
    record("topic", { name: "orders", topicId: TOPIC_A }),
    record("partition", {
      topicId: TOPIC_A,
      partitionId: 0,
      replicas: [1],
      addingReplicas: [1],
      eligibleLeaderReplicas: [2],
      leader: -1,
      leaderEpoch: 0,
      partitionEpoch: 0,
    }),
    record("accessControlEntry", { ...ACL, id: TOPIC_B }),
  );
});

function apply(lastOffset: number, ...records: readonly NewRecord[]): void {
  applyBatch(store, { lastOffset, records: records.map((one) => decodeRecord(encodeRecord(one))) });
}

function wrong(offset: number): string[] {
  return wrongIndexes(new MetadataReader(store, offset), store);
}

test("indexes that replay has made are right, before and after the topic is gone", () => {
  expect(wrong(0)).toEqual([]);
  apply(
    1,
    record("removeTopic", { topicId: TOPIC_A }),
    record("removeAccessControlEntry", { id: TOPIC_B }),
  );
  expect(wrong(1)).toEqual([]);
});

test.each([
  ["reassigning", `the mark reassigning lack ${TOPIC_A}-0`],
  ["leaderless", `the mark leaderless lack ${TOPIC_A}-0`],
  ["imbalanced", `the mark imbalanced lack ${TOPIC_A}-0`],
  ["elr", `the mark elr lack ${TOPIC_A}-0`],
])("a page that is not marked as %s is told", (mark, first) => {
  store.putAll(1, [{ key: RowKeys.markedPage(mark, TOPIC_A, 0), value: null }]);
  expect(wrong(1)[0]).toBe(first);
});

test("a mark of a page that has nothing of the kind is told", () => {
  store.putAll(1, [{ key: RowKeys.markedPage("elr", TOPIC_B, 0), value: new Uint8Array([1]) }]);
  expect(wrong(1)).toEqual([`the marked pages have elr/${TOPIC_B}/0000000000 too much`]);
});

test("a broker that does not find its partition is told, be it eligible only", () => {
  store.putAll(1, [{ key: RowKeys.brokerFirstPages(2, TOPIC_A), value: null }]);
  expect(wrong(1)).toEqual([
    `the partitions of broker 2 lack ${TOPIC_A}-0`,
    `the pages of brokers lack 0000000002/${TOPIC_A}/0000000000`,
  ]);
});

test("a page that a broker has nothing on, first or not, is told", () => {
  const list = withTopic(withTopic(null, TOPIC_A, 0), TOPIC_B, 1);
  const key = RowKeys.brokerFirstPages(2, TOPIC_A);
  const tooMuch = `${key.slice(-7)}${TOPIC_B.slice(7)}`;
  store.putAll(1, [{ key, value: list }]);
  expect(wrong(1)).toEqual([`the pages of brokers have 0000000002/${tooMuch}/0000000000 too much`]);
  store.truncate(1);
  const further = { key: RowKeys.brokerPage(1, TOPIC_A, 3), value: new Uint8Array([0]) };
  store.putAll(1, [further]);
  expect(wrong(1)).toEqual([`the pages of brokers have 0000000001/${TOPIC_A}/0000000003 too much`]);
});

test("an ACL that is found by its resource and not by its id is told, and the other way round", () => {
  const { resourceType, patternType, resourceName } = ACL;
  const byResource = RowKeys.aclOn(resourceType, patternType, resourceName, TOPIC_B);
  store.putAll(1, [{ key: byResource, value: null }]);
  expect(wrong(1)).toEqual([`the ACLs by id have ${TOPIC_B} too much`]);
  store.putAll(2, [{ key: RowKeys.acl(TOPIC_B), value: null }]);
  expect(wrong(2)).toEqual([]);
  store.truncate(1);
  store.putAll(1, [{ key: RowKeys.acl(TOPIC_B), value: null }]);
  expect(wrong(1)).toEqual([`the ACLs by id lack ${TOPIC_B}`]);
});

test("an answer that is not due ever, one that is due and not there, and a wrong count are told", () => {
  const answer = { fingerprint: new Uint8Array(32), apiKey: 19, apiVersion: 7 };
  const data = { ...answer, answer: new Uint8Array(0), expirationTimestamp: 1000n };
  apply(1, record("rememberedAnswer", { ...data, principal: "User:a", key: "k" }));
  expect(wrong(1)).toEqual([]);
  const key = RowKeys.answer("User:a", "k");
  store.putAll(2, [{ key: RowKeys.answerDue(1000, key), value: null }]);
  expect(wrong(2)).toEqual([`the answers by time lack ${key}`]);
  store.truncate(2);
  store.putAll(2, [{ key, value: null }]);
  expect(wrong(2)).toEqual([
    `the answers by time have ${key} too much`,
    "the count of answers have 1 too much",
    "the answers by principal have User%3Aa 1 too much",
  ]);
  store.truncate(2);
  store.putAll(2, [{ key: RowKeys.answersOf("User:a"), value: null }]);
  expect(wrong(2)).toEqual(["the answers by principal lack User%3Aa 1"]);
});

test("a wrong count of access tokens is told", () => {
  const secretHash = new Uint8Array(32);
  const times = { createdTimestamp: 0n, expirationTimestamp: -1n };
  const data = { tokenId: "t", principal: "User:a", description: "", secretHash, ...times };
  apply(1, record("accessToken", data));
  expect(wrong(1)).toEqual([]);
  store.putAll(2, [{ key: RowKeys.accessTokenCount, value: null }]);
  expect(wrong(2)).toEqual(["the count of access tokens have 0 too much"]);
});

test("a wrong count of delegation tokens, and of those of an owner, is told", () => {
  apply(1, record("delegationToken", { tokenId: "t", owner: "User:a", requester: "User:a" }));
  expect(wrong(1)).toEqual([]);
  store.putAll(2, [
    { key: RowKeys.delegationTokenCount, value: null },
    { key: RowKeys.delegationTokensOf("User:a"), value: null },
  ]);
  expect(wrong(2)).toEqual([
    "the count of delegation tokens have 0 too much",
    "the delegation tokens by owner have User:a 0 too much",
  ]);
});
