/** Short ways to tell invariants a history: what is not said is an uneventful follower of epoch 1 of three voters. */

import {
  decodeRecord,
  encodeRecord,
  type NewRecord,
  recordSchema,
} from "../../../src/protocol/metadata-record.ts";
import type { TopicInput, TopicOperation, TopicOutput } from "../../linear/topic-model.ts";
import type { LogChange } from "../disk.ts";
import {
  type Acknowledgement,
  type CommittedEntry,
  type Entry,
  type FinalReplica,
  type FinalWorld,
  InvariantBroken,
  type LogOfEntries,
  type ReplicaView,
} from "../observation.ts";

/** Two topic ids, as good as any. */
export const TOPIC_A = "TopicAAAAAAAAAAAAAAAAA";
export const TOPIC_B = "TopicBBBBBBBBBBBBBBBBA";

/** The name of the invariant that `story` breaks, and the fact that it tells. */
export function broken(story: () => void): [invariant: string, fact: string] {
  try {
    story();
  } catch (error) {
    if (error instanceof InvariantBroken) return [error.invariant, error.fact];
    throw error;
  }
  throw new Error("the story breaks no invariant");
}

interface Written {
  readonly epoch: number;
  /** How many records; 1 unless told. */
  readonly size?: number;
  /** Tells batches of the same place and epoch apart. */
  readonly checksum?: number;
  readonly control?: boolean;
}

function entry(baseOffset: number, written: Written): Entry {
  const { epoch, size = 1, checksum = 0, control = false } = written;
  return { baseOffset, lastOffset: baseOffset + size - 1, epoch, control, checksum };
}

/** A log that a story may still change. */
export class StoryLog implements LogOfEntries {
  readonly entries: Entry[] = [];

  get endOffset(): number {
    return (this.entries.at(-1)?.lastOffset ?? -1) + 1;
  }

  entryAt(baseOffset: number): Entry | null {
    return this.entries.find((each) => each.baseOffset === baseOffset) ?? null;
  }

  entryBefore(baseOffset: number): Entry | null {
    return this.entries[this.entries.findIndex((e) => e.baseOffset === baseOffset) - 1] ?? null;
  }
}

/** The log with these batches; a number is the epoch of one that holds one record. */
export function logOf(...batches: readonly (number | Written)[]): StoryLog {
  const log = new StoryLog();
  for (const batch of batches) {
    const written = typeof batch === "number" ? { epoch: batch } : batch;
    log.entries.push(entry(log.endOffset, written));
  }
  return log;
}

/** A controller; a leader leads itself and a candidate has voted for itself, unless told otherwise. */
export function view(overrides: Partial<ReplicaView> = {}): ReplicaView {
  const { id = 1, role = "follower", epoch = 1, log = logOf() } = overrides;
  const others = { leader: id, follower: id === 2 ? 3 : 2 };
  return {
    id,
    life: 1,
    role,
    epoch,
    leaderId: role === "leader" || role === "follower" ? others[role] : -1,
    highWatermark: 0,
    epochStartOffset: -1,
    storedEpoch: epoch,
    votedId: role === "candidate" ? id : -1,
    voters: [1, 2, 3],
    log,
    durableEndOffset: log.endOffset,
    changes: [],
    stateLastOffset: -1,
    stateDigest: 0,
    openCalls: 0,
    atMs: 0,
    clockMs: 0,
    heardMs: new Map(),
    hasLostDisk: false,
    ...overrides,
  };
}

/** The change that appended the batch which begins at `baseOffset`. */
export function appended(log: LogOfEntries, baseOffset: number): LogChange {
  const found = log.entryAt(baseOffset);
  if (found === null) throw new Error(`the log has no batch at ${baseOffset}`);
  const { lastOffset, epoch: leaderEpoch, control } = found;
  const recordCount = lastOffset - baseOffset + 1;
  const bytes = new Uint8Array(0);
  const header = { baseOffset, lastOffset, leaderEpoch, control, recordCount, timestampMs: 0 };
  return { kind: "appended", batch: { ...header, bytes } };
}

export function truncated(endOffset: number): LogChange {
  return { kind: "truncated", endOffset };
}

type DataOf<N extends NewRecord["type"]> = Extract<NewRecord, { type: N }>["data"];

/** A record in its newest version. */
export function record<N extends NewRecord["type"]>(type: N, data: DataOf<N>): NewRecord {
  return { type, version: recordSchema(type).maxVersion, data } as unknown as NewRecord;
}

/** A committed batch of these records at the first offset of the log, in epoch 1. */
export function committed(
  records: readonly NewRecord[],
  overrides: Partial<Omit<CommittedEntry, "records">> = {},
): CommittedEntry {
  const { baseOffset = 0, epoch = 1 } = overrides;
  return {
    ...entry(baseOffset, { epoch, size: Math.max(1, records.length) }),
    timestampMs: 0,
    ...overrides,
    records: records.map((each) => decodeRecord(encodeRecord(each))),
  };
}

/** The batch of a log that begins at `baseOffset`, as it is when it is committed. */
export function committedOf(log: LogOfEntries, baseOffset: number): CommittedEntry {
  const found = log.entryAt(baseOffset);
  if (found === null) throw new Error(`the log has no batch at ${baseOffset}`);
  return { ...found, timestampMs: 0, records: [] };
}

/** An answer to client 1000 that took from moment 1 to moment 2. */
export function answered(
  input: TopicInput,
  output: TopicOutput,
  { offset = null, ...times }: Partial<TopicOperation> & { readonly offset?: number | null } = {},
): Acknowledgement {
  const operation = { client: 1000, input, output, invokedAt: 1, returnedAt: 2, ...times };
  return { serial: 1, operation, offset };
}

/** A leader that has committed all of its ten records, or what is told of it. */
export function finalReplica(overrides: Partial<FinalReplica> = {}): FinalReplica {
  return {
    id: 1,
    role: overrides.id === undefined || overrides.id === 1 ? "leader" : "follower",
    epoch: 1,
    highWatermark: 10,
    logEndOffset: 10,
    logDigest: 77,
    rowsDigest: 88,
    replayedRowsDigest: 88,
    wrongIndexes: [],
    ...overrides,
  };
}

/** A world of three controllers that agree. */
export function finalWorld(overrides: Partial<FinalWorld> = {}): FinalWorld {
  return {
    replicas: [finalReplica(), finalReplica({ id: 2 }), finalReplica({ id: 3 })],
    brokers: [],
    partitions: [],
    operations: [],
    settings: [],
    leader: null,
    ...overrides,
  };
}
