/** Who has been elected to lead the quorum: each leader says so in the first control batch of its epoch (KIP-595). */

import { decodeControlRecord } from "../protocol/control-record.ts";
import { type Batch, readRecords } from "../protocol/record-batch.ts";
import type { RaftLog } from "../raft/raft-log.ts";

export interface Election {
  readonly leaderId: number;
  readonly epoch: number;
  /** Where the log of this epoch begins. */
  readonly offset: number;
  readonly timestampMs: number;
}

export interface Elections {
  /** Of all that the log knows. */
  readonly count: number;
  /** The last ten, newest first. */
  readonly newest: readonly Election[];
}

const MAX_TOLD = 10;

/** Reads of the log only what has been committed since it was asked last. */
export class ElectionHistory {
  #endOffset = 0;
  #count = 0;
  #newest: readonly Election[] = [];

  /** The elections below `endOffset`, up to which the log is committed and will not be cut. */
  upTo(endOffset: number, log: Pick<RaftLog, "controlBatches">): Elections {
    if (endOffset > this.#endOffset) {
      const found = this.#since(endOffset, log);
      this.#count += found.length;
      this.#newest = [...found, ...this.#newest].slice(0, MAX_TOLD);
      this.#endOffset = endOffset;
    }
    return { count: this.#count, newest: this.#newest };
  }

  #since(endOffset: number, log: Pick<RaftLog, "controlBatches">): Election[] {
    const found: Election[] = [];
    for (const batch of log.controlBatches(endOffset)) {
      if (batch.baseOffset < this.#endOffset) break;
      const election = electionIn(batch);
      if (election !== null) found.push(election);
    }
    return found;
  }
}

function electionIn(batch: Batch): Election | null {
  const { leaderEpoch: epoch, baseOffset: offset, timestampMs } = batch;
  for (const record of readRecords(batch)) {
    const control = decodeControlRecord(record);
    if (control.type !== "leaderChange") continue;
    return { leaderId: control.data.leaderId, epoch, offset, timestampMs };
  }
  return null;
}
