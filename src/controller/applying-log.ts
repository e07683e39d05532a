/**
 * The Raft log with the metadata state behind it: what is appended is applied and what is truncated is taken back,
 * in the same transaction. Raft knows nothing of the state, the state nothing of Raft.
 */

import { decodeRecord, type MetadataRecord, type RecordName } from "../protocol/metadata-record.ts";
import { type Batch, readBatches, readRecords } from "../protocol/record-batch.ts";
import type { RaftLog } from "../raft/raft-log.ts";
import { ClusterCounter } from "../state/cluster-counter.ts";
import { MetadataReader } from "../state/metadata-reader.ts";
import { NO_NODE_CONFIG, type NodeConfig } from "../state/metadata-view.ts";
import { applyBatch } from "../state/metadata-writer.ts";
import type { VersionedStore } from "../state/versioned-store.ts";

/** Records that no broker, feature or config is changed by. */
const LEAVES_CLUSTER: ReadonlySet<RecordName> = new Set([
  "topic",
  "partition",
  "partitionChange",
  "producerIds",
  "accessControlEntry",
  "removeAccessControlEntry",
  "userScramCredential",
  "removeUserScramCredential",
  "delegationToken",
  "removeDelegationToken",
  "accessToken",
  "removeAccessToken",
  "rememberedAnswer",
  "forgetAnswers",
]);

/** Read at once when the log is applied again. */
const REPLAY_BYTES = 1_000_000;

/** A view of the state behind the log, good until the log is truncated. */
export interface LogView {
  readonly reader: MetadataReader;
  readonly truncations: number;
}

export class ApplyingLog implements RaftLog {
  readonly #log: RaftLog;
  readonly #store: VersionedStore;
  readonly #node: NodeConfig;
  readonly counter: ClusterCounter;

  /** Last offset of the newest batch that changed a broker, a feature, a config or a quota; what is not known counts as changed. */
  #clusterOffset: number;
  #truncations = 0;

  constructor(log: RaftLog, store: VersionedStore, node: NodeConfig = NO_NODE_CONFIG) {
    this.#log = log;
    this.#store = store;
    this.#node = node;
    this.#clusterOffset = log.endOffset - 1;
    this.counter = new ClusterCounter(log.endOffset);
    this.#applyAgain(store.replayFrom ?? log.endOffset);
  }

  /** A view at `offset`; what an earlier view has decoded is used again where it still stands. */
  view(offset: number, earlier: LogView | null): LogView {
    const truncations = this.#truncations;
    if (earlier === null || earlier.truncations !== truncations || earlier.reader.offset > offset) {
      return { reader: new MetadataReader(this.#store, offset, null, this.#node), truncations };
    }
    if (earlier.reader.offset === offset) return earlier;
    const stands = this.#clusterOffset <= earlier.reader.offset;
    const reader = new MetadataReader(
      this.#store,
      offset,
      stands ? earlier.reader : null,
      this.#node,
    );
    return { reader, truncations };
  }

  /** How often something was taken back. */
  get truncations(): number {
    return this.#truncations;
  }

  get startOffset(): number {
    return this.#log.startOffset;
  }

  get endOffset(): number {
    return this.#log.endOffset;
  }

  get storedEndOffset(): number {
    return this.#log.storedEndOffset;
  }

  get lastEpoch(): number {
    return this.#log.lastEpoch;
  }

  append(batch: Batch): void {
    if (batch.control) {
      this.#log.append(batch);
      return;
    }
    const records = recordsOf(batch);
    this.#log.append(batch);
    const counts = applyBatch(this.#store, { lastOffset: batch.lastOffset, records });
    this.counter.onBatch(batch.lastOffset, counts);
    if (!records.every(({ type }) => LEAVES_CLUSTER.has(type))) {
      this.#clusterOffset = batch.lastOffset;
    }
  }

  flush(): void {
    this.#log.flush();
  }

  /** At once when the state should write what it holds back: whoever is to be answered does not wait for that. */
  nextDeadlineMs(): number {
    return this.#store.isWriteDue === true ? 0 : this.counter.nextDeadlineMs();
  }

  onDeadline(nowMs: number): void {
    this.counter.onDeadline(nowMs);
    this.#store.writeDue?.();
  }

  read(fromOffset: number, maxBytes: number, endOffset: number): Uint8Array {
    return this.#log.read(fromOffset, maxBytes, endOffset);
  }

  /** The batch that holds an offset, or null when the log does not reach it. */
  batchAt(offset: number): Batch | null {
    const { endOffset } = this.#log;
    if (offset >= endOffset) return null;
    const [batch = null] = readBatches(this.#log.read(offset, 1, endOffset));
    return batch;
  }

  truncate(endOffset: number): void {
    this.#truncations += 1;
    this.#log.truncate(endOffset);
    this.#store.truncate(endOffset);
    this.counter.onTruncate(endOffset);
  }

  endOffsetForEpoch(epoch: number): { epoch: number; endOffset: number } {
    return this.#log.endOffsetForEpoch(epoch);
  }

  controlBatches(beforeOffset: number): Iterable<Batch> {
    return this.#log.controlBatches(beforeOffset);
  }

  /** Applies what was appended in an earlier life and is not in the stored state. */
  #applyAgain(fromOffset: number): void {
    const { endOffset } = this.#log;
    for (let from = fromOffset; from < endOffset; ) {
      for (const batch of readBatches(this.#log.read(from, REPLAY_BYTES, endOffset))) {
        from = batch.lastOffset + 1;
        if (batch.control || batch.lastOffset < fromOffset) continue;
        applyBatch(this.#store, { lastOffset: batch.lastOffset, records: recordsOf(batch) });
      }
    }
  }
}

function recordsOf(batch: Batch): MetadataRecord[] {
  return readRecords(batch).map(({ value }) => decodeRecord(value));
}
