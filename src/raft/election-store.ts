/** What a replica must remember of elections across restarts: Kafka's quorum-state file. */

import { assert } from "../base/assert.ts";
import type { Sql } from "../base/sql.ts";
import { type Uuid, ZERO_UUID } from "../base/uuid.ts";

export interface ElectionState {
  /** -1 while no leader of the epoch is known. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
  /** -1 when no vote was given in this epoch. */
  readonly votedId: number;
  readonly votedDirectoryId: Uuid;
}

export const NO_ELECTION: ElectionState = {
  leaderId: -1,
  leaderEpoch: 0,
  votedId: -1,
  votedDirectoryId: ZERO_UUID,
};

/** Durable before it is acted on: the host releases no output before the write is. */
export interface ElectionStore {
  load(): ElectionState | null;
  /** The epoch that is stored, 0 when none is: all that is needed to learn that somebody else has written. */
  leaderEpoch(): number;
  save(state: ElectionState): void;
}

export class MemoryElectionStore implements ElectionStore {
  #state: ElectionState | null = null;

  load(): ElectionState | null {
    return this.#state;
  }

  leaderEpoch(): number {
    return this.#state?.leaderEpoch ?? 0;
  }

  save(state: ElectionState): void {
    this.#state = state;
  }
}

const FORMAT_VERSION = 1;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS raft_election (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    format_version INTEGER NOT NULL,
    leader_id INTEGER NOT NULL,
    leader_epoch INTEGER NOT NULL,
    voted_id INTEGER NOT NULL,
    voted_directory_id TEXT NOT NULL
  );
`;

export class SqlElectionStore implements ElectionStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(SCHEMA);
  }

  load(): ElectionState | null {
    const [row] = this.#sql.all("SELECT * FROM raft_election WHERE id = 0");
    if (row === undefined) return null;
    // A vote that cannot be read must not be given twice (KAFKA-15412).
    assert(
      Number(row.format_version) === FORMAT_VERSION,
      `Cannot start: the election row has format ${row.format_version}, not ${FORMAT_VERSION}`,
    );
    return {
      leaderId: Number(row.leader_id),
      leaderEpoch: Number(row.leader_epoch),
      votedId: Number(row.voted_id),
      votedDirectoryId: String(row.voted_directory_id),
    };
  }

  leaderEpoch(): number {
    const [row] = this.#sql.all("SELECT leader_epoch FROM raft_election WHERE id = 0");
    return Number(row?.leader_epoch ?? 0);
  }

  save(state: ElectionState): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO raft_election VALUES (0, ?, ?, ?, ?, ?)",
      FORMAT_VERSION,
      state.leaderId,
      state.leaderEpoch,
      state.votedId,
      state.votedDirectoryId,
    );
  }
}
