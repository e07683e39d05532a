/** The table of tickets is kept true: every test that it names exists, and no test is missing from it. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { TICKETS } from "./tickets.ts";

const FOLDER = "test/regress/";
const ID = /\b(?:KAFKA-\d+|etcd-\d+|raft-dev-\d+)\b/g;

/** The texts of the tests in this folder, by path. */
const SCENARIOS = new Map(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => [FOLDER + name, readFileSync(FOLDER + name, "utf8")]),
);

/** The tickets with which the names of a file's tests begin. */
function scenariosOf(text: string): Set<string> {
  return new Set([...text.matchAll(/"((?:KAFKA|etcd|raft-dev)-\d+): /g)].map(([, id]) => id ?? ""));
}

test("no ticket is listed twice, and each says what went wrong in a sentence", () => {
  const ids = TICKETS.map(({ ticket }) => ticket);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.filter((id) => id.match(ID)?.[0] !== id)).toEqual([]);
  expect(TICKETS.filter(({ fact }) => !/^[A-Z].*\.$/.test(fact))).toEqual([]);
});

test("every scenario that the table names is in its file", () => {
  const missing = TICKETS.filter(({ ticket, covered }) => {
    if (covered.by !== "scenario") return false;
    return !scenariosOf(SCENARIOS.get(covered.file) ?? "").has(ticket);
  });
  expect(missing).toEqual([]);
});

test("every test elsewhere that the table names is in its file", () => {
  const missing = TICKETS.filter(({ covered }) => {
    if (covered.by !== "elsewhere") return false;
    return !readFileSync(covered.file, "utf8").includes(`("${covered.test}"`);
  });
  expect(missing).toEqual([]);
});

test("every ticket that a scenario is named after, or mentions, is in the table", () => {
  const known = new Set(TICKETS.map(({ ticket }) => ticket));
  const covered = new Set(
    TICKETS.flatMap((entry) => (entry.covered.by === "scenario" ? [entry.ticket] : [])),
  );
  for (const [path, text] of SCENARIOS) {
    const mentioned = [...text.matchAll(ID)].map(([id]) => id);
    expect([path, mentioned.filter((id) => !known.has(id))]).toEqual([path, []]);
    const named = [...scenariosOf(text)];
    expect([path, named.filter((id) => !covered.has(id))]).toEqual([path, []]);
  }
});
