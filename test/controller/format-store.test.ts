/** What a controller was formatted with, and whether this build can go on with what is stored beside it. */

import { expect, test } from "vitest";
import { SqlFormatStore } from "../../src/controller/format-store.ts";
import { NodeSql } from "../support/node-sql.ts";

const DOCUMENT = {
  clusterId: "AAAAAAAAAAAAAAAAAAAAAQ",
  controllers: [],
  metadataVersion: 30,
  features: {},
  accessToken: null,
};

test("a format is written once, and read again after a restart", () => {
  const sql = new NodeSql();
  const store = new SqlFormatStore(sql);
  expect(store.load()).toBeNull();
  store.save(DOCUMENT);
  expect(new SqlFormatStore(sql).load()).toEqual(DOCUMENT);
  expect(() => store.save(DOCUMENT)).toThrow("Cannot format: there is a format already");
});

test("what a build of another layout has stored stops the controller, and it says what to do", () => {
  const sql = new NodeSql();
  const store = new SqlFormatStore(sql);
  store.save(DOCUMENT);
  sql.exec("UPDATE format SET version = 1");
  expect(() => store.load()).toThrow(
    "Cannot read what another build has stored: its layout is 1, that of this build 2. Create the cluster anew",
  );
});
