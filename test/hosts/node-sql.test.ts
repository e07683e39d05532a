// Both SQL doors must behave alike; this one is the stand-in for a Durable Object's.

import { expect, test } from "vitest";
import { NodeSql } from "../support/node-sql.ts";

test("values come back as they were bound", () => {
  const sql = new NodeSql();
  sql.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, bytes BLOB, size INTEGER)");
  const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
  sql.exec("INSERT INTO t VALUES (?, ?, ?, ?)", 7, "seven", bytes, null);
  const rows = sql.all("SELECT * FROM t WHERE id = ? LIMIT ?", 7, 1);
  expect(rows).toHaveLength(1);
  expect({ ...rows[0] }).toEqual({
    id: 7,
    name: "seven",
    bytes: new Uint8Array([2, 3]),
    size: null,
  });
});

test("a step that throws leaves nothing behind", () => {
  const sql = new NodeSql();
  sql.exec("CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE u (id INTEGER PRIMARY KEY)");
  const step = () => {
    sql.exec("INSERT INTO t VALUES (?)", 1);
    throw new Error("halfway");
  };
  expect(() => sql.transactionSync(step)).toThrow("halfway");
  expect(sql.all("SELECT * FROM t")).toEqual([]);
});

test("what production refuses is refused here", () => {
  const sql = new NodeSql();
  sql.exec("CREATE TABLE t (bytes BLOB)");
  const insert = (size: number) => sql.exec("INSERT INTO t VALUES (?)", new Uint8Array(size));
  insert(2_000_000);
  expect(() => insert(2_000_001)).toThrow("Cannot bind value");
});
