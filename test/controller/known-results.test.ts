import { expect, test } from "vitest";
import type { Consistency, MetadataRead } from "../../src/controller/api.ts";
import { KnownResults } from "../../src/controller/known-results.ts";
import type { ReadResult } from "../../src/controller/read-result.ts";
import type { MetadataView } from "../../src/state/metadata-view.ts";
import { Cluster } from "./cluster.ts";

const STATE = { offset: 1 } as MetadataView;
const ALICE = { principal: "User:alice", host: "192.0.2.1" };
const TOPICS: MetadataRead = { what: "topics", page: { after: null, limit: 10 } };

function topics(count: number): ReadResult {
  const topic = { topicId: "id" as never, name: "t", partitionCount: 1, replicationFactor: 1 };
  return {
    what: "topics",
    topics: Array.from({ length: count }, () => topic),
    shown: null,
    next: null,
  };
}

test("The same read of the same state by the same caller is made once", () => {
  const known = new KnownResults();
  const first = known.result(TOPICS, { view: STATE, caller: ALICE }, () => topics(1));
  const again = known.result(TOPICS, { view: STATE, caller: { ...ALICE } }, () => topics(2));
  expect(again).toBe(first);
});

test.each([
  ["another state", { view: { offset: 1 } as MetadataView, caller: ALICE }, TOPICS],
  ["another principal", { view: STATE, caller: { ...ALICE, principal: "User:bob" } }, TOPICS],
  ["another host", { view: STATE, caller: { ...ALICE, host: "192.0.2.2" } }, TOPICS],
  [
    "another page",
    { view: STATE, caller: ALICE },
    { ...TOPICS, page: { after: null, limit: 11 } } as MetadataRead,
  ],
])("For %s it is made anew", (_, at, read) => {
  const known = new KnownResults();
  known.result(TOPICS, { view: STATE, caller: ALICE }, () => topics(1));
  const other = topics(2);
  expect(known.result(read, at, () => other)).toBe(other);
});

test("What depends on more than the state is always made anew", () => {
  const known = new KnownResults();
  const read: MetadataRead = { what: "quorum" };
  const at = { view: STATE, caller: ALICE };
  known.result(read, at, () => topics(1));
  const other = topics(1);
  expect(known.result(read, at, () => other)).toBe(other);
});

test("At most 20,000 topics are kept", () => {
  const known = new KnownResults();
  const at = { view: STATE, caller: ALICE };
  const page = (limit: number): MetadataRead => ({ what: "topics", page: { after: null, limit } });
  const first = known.result(page(1), at, () => topics(9_999));
  known.result(page(2), at, () => topics(9_999));
  expect(known.result(page(1), at, () => topics(0))).toBe(first);
  known.result(page(3), at, () => topics(0));
  const anew = topics(0);
  expect(known.result(page(1), at, () => anew)).toBe(anew);
});

test("Reads are the same by what they ask for, not by the object that says it", () => {
  const known = new KnownResults();
  const at = { view: STATE, caller: ALICE };
  const first = known.result(TOPICS, at, () => topics(1));
  expect(known.result(structuredClone(TOPICS), at, () => topics(2))).toBe(first);
});

test("No principal and host together are those of somebody else", () => {
  const known = new KnownResults();
  const callers = [
    { principal: "User:a", host: "b 192.0.2.1" },
    { principal: "User:a b", host: "192.0.2.1" },
    { principal: "User:a", host: "192.0.2.1" },
  ];
  const made = callers.map((caller) =>
    known.result(TOPICS, { view: STATE, caller }, () => topics(1)),
  );
  expect(new Set(made).size).toBe(3);
});

test("Whoever reads what was takes nothing away from those who read what is", () => {
  const cluster = new Cluster({ seed: 5 });
  cluster.format();
  const leader = cluster.leader();
  const read = (consistency: Consistency): unknown => {
    const reply = cluster.api(leader, { kind: "read", sender: null, read: TOPICS, consistency });
    return reply.kind === "result" ? reply.result : reply;
  };
  const first = read({ kind: "committed" });
  const offset = cluster.status(leader).highWatermark - 1;
  expect(read({ kind: "at-offset", offset, anywhere: false })).toMatchObject({ what: "topics" });
  expect(read({ kind: "committed" })).toBe(first);
});
