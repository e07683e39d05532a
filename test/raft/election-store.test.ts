import { expect, test } from "vitest";
import { MemoryElectionStore, SqlElectionStore } from "../../src/raft/election-store.ts";
import { NodeSql } from "../support/node-sql.ts";

const FIRST = {
  leaderId: -1,
  leaderEpoch: 7,
  votedId: 2,
  votedDirectoryId: "QfIa8X9gSpGiXTT1TYQFNg",
};
const SECOND = { ...FIRST, leaderId: 2 };

test.each([
  ["memory", () => new MemoryElectionStore()],
  ["sql", () => new SqlElectionStore(new NodeSql())],
])("the %s store remembers the last election, and nothing at first", (_, open) => {
  const store = open();
  expect(store.load()).toBeNull();
  expect(store.leaderEpoch()).toBe(0);
  store.save(FIRST);
  store.save(SECOND);
  expect(store.load()).toEqual(SECOND);
  expect(store.leaderEpoch()).toBe(7);
});

test("a vote stored by a version that this one does not know stops the start (KAFKA-15412)", () => {
  const sql = new NodeSql();
  new SqlElectionStore(sql).save(FIRST);
  sql.exec("UPDATE raft_election SET format_version = 2");
  expect(() => new SqlElectionStore(sql).load()).toThrow(
    "Cannot start: the election row has format 2, not 1",
  );
});
