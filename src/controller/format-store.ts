/** What this controller was formatted with: written once, read at every start. The counterpart of meta.properties. */

import { assert } from "../base/assert.ts";
import type { Sql } from "../base/sql.ts";
import type { FormatDocument } from "./api.ts";

export interface FormatStore {
  /** Null until the controller is formatted. */
  load(): FormatDocument | null;
  /** Once only. */
  save(document: FormatDocument): void;
}

/** Goes up with every change of what is stored that earlier builds do not read, or that does not read what they have stored. */
const ROW_VERSION = 2;

export class SqlFormatStore implements FormatStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS format (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, document TEXT NOT NULL)",
    );
  }

  load(): FormatDocument | null {
    const [row] = this.#sql.all("SELECT version, document FROM format WHERE id = 0");
    if (row === undefined) return null;
    const { version, document } = row;
    assert(
      version === ROW_VERSION,
      `Cannot read what another build has stored: its layout is ${version}, that of this build ${ROW_VERSION}. Create the cluster anew`,
    );
    return JSON.parse(String(document)) as FormatDocument;
  }

  save(document: FormatDocument): void {
    assert(this.load() === null, "Cannot format: there is a format already");
    this.#sql.exec(
      "INSERT INTO format (id, version, document) VALUES (0, ?, ?)",
      ROW_VERSION,
      JSON.stringify(document),
    );
  }
}
