// The synchronous SQL door of the core. Statements run inside the transaction the host opened; the
// core never opens one. Numbers reach SQLite as REAL and come back as REAL or INTEGER, so a column
// that must hold integers declares INTEGER, and anything beyond 2^53 is stored as BLOB or TEXT.

/** A value that can be bound to a statement or read from a row. */
export type SqlValue = string | number | Uint8Array | null;

/** One row of a result, by column name. */
export type Row = Record<string, SqlValue>;

/** Synchronous SQL over one database. */
export interface Sql {
  /** Runs a statement and ignores its rows. Without parameters it may hold several statements. */
  exec(statement: string, ...params: SqlValue[]): void;
  /** Runs one statement and returns all its rows; the caller bounds them. */
  all(statement: string, ...params: SqlValue[]): Row[];
}
