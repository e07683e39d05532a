// The core's SQL door over node:sqlite, for tests and the simulator: the same dialect and the same
// limits as in a Durable Object, with transactions the caller opens.

import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Row, Sql, SqlValue } from "../../src/base/sql.ts";
import { checkSqlLimits } from "../../workers/controller/sql-limits.ts";

const MAX_STATEMENTS = 500;

/** A database in memory, or in a file. */
export class NodeSql implements Sql {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path = ":memory:") {
    this.#database = new DatabaseSync(path);
  }

  exec(statement: string, ...params: SqlValue[]): void {
    checkSqlLimits(statement, params);
    if (params.length === 0) this.#database.exec(statement);
    else this.#prepared(statement).run(...params);
  }

  all(statement: string, ...params: SqlValue[]): Row[] {
    checkSqlLimits(statement, params);
    return this.#prepared(statement).all(...params) as Row[];
  }

  /** Runs a step of the node; a throw takes back what it wrote. Steps do not nest. */
  transactionSync<T>(step: () => T): T {
    this.#database.exec("BEGIN");
    try {
      const result = step();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepared(statement: string): StatementSync {
    let prepared = this.#statements.get(statement);
    if (prepared === undefined) {
      if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
      prepared = this.#database.prepare(statement);
      this.#statements.set(statement, prepared);
    }
    return prepared;
  }
}
