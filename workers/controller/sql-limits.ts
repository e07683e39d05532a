// The limits of a Durable Object's SQLite that the local runtime does not enforce. A statement that
// would fail in production fails here, in every host and in the simulator.

import type { SqlValue } from "../../src/base/sql.ts";

const MAX_PARAMS = 100;
const MAX_STATEMENT_CHARS = 99_000;
const MAX_VALUE_BYTES = 2_000_000;

/** Throws when a statement is beyond what production accepts. */
export function checkSqlLimits(statement: string, params: readonly SqlValue[]): void {
  if (statement.length > MAX_STATEMENT_CHARS) {
    throw new Error(`Cannot run statement: ${statement.length} characters long`);
  }
  if (params.length > MAX_PARAMS) {
    throw new Error(`Cannot run statement: ${params.length} parameters`);
  }
  for (const param of params) {
    const size = typeof param === "string" || param instanceof Uint8Array ? param.length : 0;
    if (size > MAX_VALUE_BYTES) throw new Error(`Cannot bind value: ${size} bytes`);
  }
}
