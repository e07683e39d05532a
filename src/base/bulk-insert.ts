/** Writes many rows in few statements, since a statement costs as much as a row. */

import { present } from "./assert.ts";
import type { Sql, SqlValue } from "./sql.ts";

export interface BulkInsertOptions<T> {
  /** Up to the columns, such as `INSERT INTO log (offset, bytes)`. */
  readonly into: string;
  /** A row of the statement, such as `(?, ?, 0)`: a value that all rows have costs less as a word of it than as a parameter. */
  readonly row: string;
  /**
   * Rows in one statement, descending to 1: few, so that few statements are prepared, and the largest with at most 100
   * parameters.
   */
  readonly sizes: readonly number[];
  /** The values of a row, one for each parameter. */
  valuesOf(row: T): readonly SqlValue[];
}

export class BulkInsert<T> {
  readonly #statements: readonly { readonly size: number; readonly text: string }[];
  readonly #valuesOf: (row: T) => readonly SqlValue[];

  constructor({ into, row, sizes, valuesOf }: BulkInsertOptions<T>) {
    this.#statements = sizes.map((size) => ({
      size,
      text: `${into} VALUES ${Array(size).fill(row).join(", ")}`,
    }));
    this.#valuesOf = valuesOf;
  }

  run(sql: Sql, rows: readonly T[]): void {
    let written = 0;
    for (const { size, text } of this.#statements) {
      for (; rows.length - written >= size; written += size) {
        const params: SqlValue[] = [];
        for (let i = written; i < written + size; i++) {
          params.push(...this.#valuesOf(present(rows[i], "rows are counted before")));
        }
        sql.exec(text, ...params);
      }
    }
  }
}
