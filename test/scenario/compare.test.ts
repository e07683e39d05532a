/** The comparison of two runs: it finds every line, pairs what a rewrite makes equal, and tells a stale explanation. */
import { expect, test } from "vitest";
import { differencesOf, unexplained } from "./compare.ts";
import { dumpedRecords } from "./dump.ts";

const step = (title: string, ...lines: string[]) => ({ title, lines });
const ROW = { row: "a row", step: /one/ };

test("equal steps differ in nothing, and a line in another place is a difference on both sides", () => {
  expect(differencesOf([step("one", "a", "b")], [step("one", "a", "b")])).toEqual([]);
  expect(differencesOf([step("one", "a", "b", "c")], [step("one", "b", "c", "a")])).toEqual([
    { title: "one", apache: ["a"], quorate: ["a"] },
  ]);
});

test("runs of different steps are not compared", () => {
  expect(() => differencesOf([step("one")], [step("two")])).toThrow("different steps");
});

test("a rewrite explains a pair of lines only when it makes them equal", () => {
  const difference = { title: "one", apache: ["level 7"], quorate: ["level 21"] };
  const right = { ...ROW, rewrite: [/7/, "21"] as const };
  const wrong = { ...ROW, rewrite: [/7/, "8"] as const };
  expect(unexplained([difference], [right])).toEqual({ differences: [], stale: [] });
  expect(unexplained([difference], [wrong])).toEqual({ differences: [difference], stale: [wrong] });
});

test("an explanation holds for its steps and its side alone", () => {
  const difference = { title: "one", apache: ["gone"], quorate: ["new"] };
  const apache = { ...ROW, apache: /gone/ };
  const elsewhere = { ...ROW, step: /two/, quorate: /new/ };
  const left = unexplained([difference], [apache, elsewhere]);
  expect(left.differences).toEqual([{ title: "one", apache: [], quorate: ["new"] }]);
  expect(left.stale).toEqual([elsewhere]);
});

test("what depends on timing may be missing without being stale", () => {
  expect(unexplained([], [{ ...ROW, apache: /x/, isOptional: true }]).stale).toEqual([]);
});

test("a dump gives its data records with offset, type, version and fields", () => {
  const text = [
    "baseOffset: 3 lastOffset: 3 count: 1",
    '| offset: 3 CreateTime: 1 keySize: -1 valueSize: 4 sequence: -1 headerKeys: [] payload: {"type":"REMOVE_TOPIC_RECORD","version":0,"data":{"topicId":"x"}}',
    '| offset: 4 CreateTime: 1 keySize: 4 valueSize: 5 sequence: -1 headerKeys: [] KRaftVersion {"version":0}',
  ].join("\n");
  expect(dumpedRecords(text)).toEqual([
    { offset: 3, type: "removeTopic", version: 0, data: { topicId: "x" } },
  ]);
});
