/** Everything a controller remembers: four stores that change together, in the transaction of one event. */

import type { Sql } from "../base/sql.ts";
import { type ElectionStore, SqlElectionStore } from "../raft/election-store.ts";
import type { RaftLog } from "../raft/raft-log.ts";
import { SqlLog } from "../raft/sql-log.ts";
import { SqlVersionedStore } from "../state/sql-versioned-store.ts";
import type { VersionedStore } from "../state/versioned-store.ts";
import { WriteBehindStore } from "../state/write-behind-store.ts";
import { type FormatStore, SqlFormatStore } from "./format-store.ts";

export interface NodeStores {
  readonly formats: FormatStore;
  readonly elections: ElectionStore;
  readonly log: RaftLog;
  readonly state: VersionedStore;
}

/** The stores in one database; an empty one gets its tables. */
export function sqlStores(sql: Sql): NodeStores {
  return {
    formats: new SqlFormatStore(sql),
    elections: new SqlElectionStore(sql),
    log: new SqlLog(sql),
    state: new WriteBehindStore(new SqlVersionedStore(sql)),
  };
}
