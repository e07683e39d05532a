/** Compares what the controllers have on disk, when they are dead: the same log, and the same state made of it. */

import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { join } from "node:path";
import type { Row, Sql } from "../../src/base/sql.ts";
import { ApplyingLog } from "../../src/controller/applying-log.ts";
import { sqlStores } from "../../src/controller/node-stores.ts";
import { readBatches } from "../../src/protocol/record-batch.ts";
import { SqlVersionedStore } from "../../src/state/sql-versioned-store.ts";
import { NodeSql } from "../support/node-sql.ts";
import type { Quorate } from "../support/quorate.ts";

const CATCH_UP_MS = 30_000;
const BOUNDS = "SELECT min(base_offset) AS start, max(last_offset) AS last FROM raft_batch";
const EVERYTHING = { start: "", end: "~" };
const LOG = `SELECT bytes FROM raft_batch
  WHERE last_offset >= ? AND base_offset <= ? ORDER BY base_offset`;

/** Resolves when every voter has the whole log, with the offset up to which (exclusive) it was committed before. */
export async function whenCaughtUp(quorate: Quorate): Promise<number> {
  const { high_watermark: committed } = await quorate.get<{ high_watermark: number }>("/quorum");
  for (const giveUpMs = performance.now() + CATCH_UP_MS; performance.now() < giveUpMs; ) {
    const voters = await quorate
      .get<{ data: { lag: number }[] }>("/quorum/voters")
      .catch(() => ({ data: [] }));
    if (voters.data.length > 0 && voters.data.every(({ lag }) => lag === 0)) return committed;
  }
  throw new Error(`not every voter caught up within ${CATCH_UP_MS} ms`);
}

/** The database of one controller. */
export interface Replica {
  readonly id: number;
  readonly sql: Sql;
}

/** Kills every process and says in what their databases differ, or lack of what was committed; empty when in nothing. */
export async function killAndCompare(quorate: Quorate, committed: number): Promise<string[]> {
  await Promise.all(quorate.controllers.map((controller) => controller.kill()));
  const replicas = quorate.controllers.map(({ id }) => {
    const storage = join(quorate.dataPath, `controller-${id}`, "storage");
    const [file] = globSync("**/*.sqlite", { cwd: storage, exclude: ["**/metadata.sqlite"] });
    if (file === undefined) throw new Error(`controller ${id} has no database`);
    const sql = new NodeSql(join(storage, file));
    applyLog(sql);
    return { id, sql };
  });
  const differences = compareReplicas(replicas, committed);
  for (const { sql } of replicas) sql.close();
  return differences;
}

/** Brings the stored state to the end of the log, as a controller does when it starts. */
function applyLog(sql: NodeSql): void {
  const { log, state } = sqlStores(sql);
  sql.transactionSync(() => {
    new ApplyingLog(log, state);
    // Whoever looks at rows in order finds them stored.
    state.scan(EVERYTHING, log.endOffset - 1, 1);
  });
}

/** Compares the part of the log that all have, which must be what was `committed`, and the state at the end of it. */
export function compareReplicas(replicas: readonly Replica[], committed: number): string[] {
  const ends = replicas.map(({ sql }) => Number(sql.all(BOUNDS)[0]?.last ?? -1));
  const short = replicas.flatMap(({ id }, index) => {
    const end = (ends[index] ?? -1) + 1;
    return end < committed ? [`${id} has ${end} of ${committed} committed offsets`] : [];
  });
  if (short.length > 0) return short;
  const start = Math.max(...replicas.map(({ sql }) => Number(sql.all(BOUNDS)[0]?.start ?? 0)));
  const last = Math.min(...ends);
  return [
    ...compare(replicas, `The logs from ${start} to ${last}`, (sql) => batches(sql, start, last)),
    ...compare(replicas, `The states at ${last}`, (sql) => rowsAt(sql, last)),
  ];
}

/** The batches that begin and end there: each replica may have them in other rows. */
function batches(sql: Sql, start: number, last: number): readonly Row[] {
  return sql
    .all(LOG, start, last)
    .flatMap(({ bytes }) => [...readBatches(bytes as Uint8Array)])
    .filter(({ baseOffset, lastOffset }) => baseOffset >= start && lastOffset <= last)
    .map(({ bytes }) => ({ bytes: Buffer.from(bytes).toString("hex") }));
}

/** As the store shows them: each replica may have written what grows at other times. */
function rowsAt(sql: Sql, offset: number): readonly Row[] {
  const rows = new SqlVersionedStore(sql).scan(EVERYTHING, offset, Number.MAX_SAFE_INTEGER);
  return rows.map((row) => ({ ...row, value: Buffer.from(row.value).toString("hex") }));
}

function compare(
  replicas: readonly Replica[],
  what: string,
  rowsOf: (sql: Sql) => readonly Row[],
): string[] {
  const digests = replicas.map(({ sql }) => digest(rowsOf(sql)));
  if (new Set(digests).size === 1) return [];
  const byId = replicas.map(({ id }, index) => `${id} has ${digests[index]}`);
  return [`${what} differ: ${byId.join("; ")}`];
}

function digest(rows: readonly Row[]): string {
  const hash = createHash("sha256");
  for (const row of rows) hash.update(JSON.stringify(row));
  return `${rows.length} rows, ${hash.digest("hex")}`;
}
