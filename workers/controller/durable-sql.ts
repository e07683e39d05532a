// The core's SQL door over the SQLite database of a Durable Object.

import type { Row, Sql, SqlValue } from "../../src/base/sql.ts";
import { checkSqlLimits } from "./sql-limits.ts";

/** Opens the core's SQL door on an object's own database. */
export function durableSql(storage: SqlStorage): Sql {
  return {
    exec(statement: string, ...params: SqlValue[]): void {
      checkSqlLimits(statement, params);
      storage.exec(statement, ...params);
    },
    all(statement: string, ...params: SqlValue[]): Row[] {
      checkSqlLimits(statement, params);
      return storage
        .exec(statement, ...params)
        .toArray()
        .map(toRow);
    },
  };
}

function toRow(values: Record<string, SqlStorageValue>): Row {
  const row: Row = {};
  for (const name in values) {
    const value = values[name];
    row[name] = value instanceof ArrayBuffer ? new Uint8Array(value) : (value ?? null);
  }
  return row;
}
