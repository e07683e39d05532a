/** Who votes: the newest KRaftVoters record of the log, committed or not, else the voters the node was formatted with. */

import type { Uuid } from "../base/uuid.ts";
import { decodeControlRecord } from "../protocol/control-record.ts";
import { type Batch, readRecords } from "../protocol/record-batch.ts";
import type { RaftLog } from "./raft-log.ts";

export interface Endpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

export interface Voter {
  readonly id: number;
  readonly directoryId: Uuid;
  readonly endpoints: readonly Endpoint[];
}

/** A replica is the same one only when both agree: a lost disk comes back with another directory id. */
export interface ReplicaKey {
  readonly id: number;
  readonly directoryId: Uuid;
}

export class VoterSet {
  readonly #bootstrap: readonly Voter[];
  #voters: readonly Voter[];
  /** Base offset of the batch the voters came from, -1 for the bootstrap voters. */
  #sourceOffset = -1;

  constructor(bootstrap: readonly Voter[], log: RaftLog) {
    this.#bootstrap = bootstrap;
    this.#voters = bootstrap;
    this.#load(log);
  }

  get voters(): readonly Voter[] {
    return this.#voters;
  }

  /** False while the voters come from the format alone and a leader still has to write them. */
  get isInLog(): boolean {
    return this.#sourceOffset >= 0;
  }

  byId(id: number): Voter | undefined {
    return this.#voters.find((voter) => voter.id === id);
  }

  has({ id, directoryId }: ReplicaKey): boolean {
    return this.byId(id)?.directoryId === directoryId;
  }

  /** A voter set is in force as soon as it is appended (KIP-853). */
  onAppend(batch: Batch): void {
    const voters = batch.control ? votersIn(batch) : null;
    if (voters === null) return;
    this.#voters = voters;
    this.#sourceOffset = batch.baseOffset;
  }

  /** And no longer as soon as it is truncated. */
  onTruncate(log: RaftLog): void {
    if (this.#sourceOffset >= log.endOffset) this.#load(log);
  }

  #load(log: RaftLog): void {
    this.#voters = this.#bootstrap;
    this.#sourceOffset = -1;
    for (const batch of log.controlBatches(log.endOffset)) {
      this.onAppend(batch);
      if (this.#sourceOffset >= 0) return;
    }
  }
}

/** The last voter set in a control batch, or null. Throws MalformedError for records no metadata log can hold. */
export function votersIn(batch: Batch): readonly Voter[] | null {
  let voters: readonly Voter[] | null = null;
  for (const record of readRecords(batch)) {
    const control = decodeControlRecord(record);
    if (control.type !== "kraftVoters") continue;
    voters = control.data.voters.map(({ voterId, voterDirectoryId, endpoints }) => ({
      id: voterId,
      directoryId: voterDirectoryId,
      endpoints,
    }));
  }
  return voters;
}
