/** What the invariants are shown of a run, and how they say that it went wrong. */

import type { MetadataRecord } from "../../src/protocol/metadata-record.ts";
import type { TopicOperation } from "../linear/topic-model.ts";
import type { LogChange } from "./disk.ts";
import type { AclText, SettingChange } from "./setting.ts";

export class InvariantBroken extends Error {
  override readonly name = "InvariantBroken";
  readonly invariant: string;
  readonly fact: string;

  constructor(invariant: string, fact: string) {
    super(`${invariant}: ${fact}`);
    this.invariant = invariant;
    this.fact = fact;
  }
}

/** One batch of a log, as far as it matters who has it. */
export interface Entry {
  readonly baseOffset: number;
  /** Inclusive. */
  readonly lastOffset: number;
  readonly epoch: number;
  readonly control: boolean;
  /** The batch's own CRC. */
  readonly checksum: number;
}

/** A batch that some controller has called committed for the first time. */
export interface CommittedEntry extends Entry {
  /** What the clock of the leader showed when it wrote it. */
  readonly timestampMs: number;
  /** Empty for control batches. */
  readonly records: readonly MetadataRecord[];
}

/** The log of a controller, to look things up in. */
export interface LogOfEntries {
  readonly endOffset: number;
  /** The batch that begins at `baseOffset`. */
  entryAt(baseOffset: number): Entry | null;
  /** The batch before the one that begins at `baseOffset`. */
  entryBefore(baseOffset: number): Entry | null;
}

/** A controller right after a transaction. */
export interface ReplicaView {
  readonly id: number;
  /** Which start of the controller this is; grows. */
  readonly life: number;
  readonly role: string;
  readonly epoch: number;
  readonly leaderId: number;
  readonly highWatermark: number;
  readonly epochStartOffset: number;
  readonly storedEpoch: number;
  readonly votedId: number;
  readonly voters: readonly number[];
  readonly log: LogOfEntries;
  /** What survives any crash. */
  readonly durableEndOffset: number;
  /** What this transaction did to the log. */
  readonly changes: readonly LogChange[];
  /** The last offset at which the state has rows, and what stands for all of them. */
  readonly stateLastOffset: number;
  readonly stateDigest: number;
  /** Calls to peers that are under way. */
  readonly openCalls: number;
  /** The world's own time, and what the clock of the controller shows. */
  readonly atMs: number;
  readonly clockMs: number;
  /** By voter: what its clock showed when it last handled a request of that one in this life. */
  readonly heardMs: ReadonlyMap<number, number>;
  /** It came back without what it had stored, under another directory id: it has no vote any more. */
  readonly hasLostDisk: boolean;
}

/** A vote that left its voter. */
export interface Vote {
  readonly voterId: number;
  readonly epoch: number;
  readonly candidateId: number;
  /** What the voter has stored by then; null when nothing. */
  readonly stored: { readonly epoch: number; readonly votedId: number } | null;
}

/** A client's write that was answered without an error. */
export interface Acknowledgement {
  /** Names the attempt; it is stored with what the attempt created, if anything. */
  readonly serial: number;
  readonly operation: TopicOperation;
  /** Where it took effect, when the answer says so. */
  readonly offset: number | null;
}

/** An administrator's change of a setting that was answered without an error. */
export interface SettingAnswer extends SettingChange {
  /** Everything below this offset was committed when the change was asked for. */
  readonly sinceOffset: number;
}

/** A request that only says whether its principal has a right, and what it heard. */
export interface Probe {
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly resourceType: number;
  readonly resourceName: string;
  /** All rules that speak of the principal: each was acknowledged before the request began, and none was under way. */
  readonly rules: readonly AclText[];
  readonly allowed: boolean;
  /** Whoever answered led when it was asked, and had committed in its own epoch. */
  readonly byLeader: boolean;
}

/** A request for unclean elections, from when it is asked until its outcome is known. */
export interface UncleanElection {
  readonly id: number;
  readonly partitions:
    | readonly { readonly topic: string; readonly partitionIndex: number }[]
    | null;
}

/** What a gateway heard of a change that it had sent under a key. */
export interface KeyedAnswer {
  readonly key: string;
  /** Tells what was asked for from anything else. */
  readonly fingerprint: Uint8Array;
  /** The body, decoded. */
  readonly body: unknown;
  /** Where it was true, as the answer says. */
  readonly offset: number;
  readonly epoch: number;
  /** The controller says that it is the answer to an earlier try. */
  readonly replayed: boolean;
}

/** The end of a run, when all faults are over and everything had time to settle. */
export interface FinalWorld {
  /** Ids of the controllers that stand, and what each has. */
  readonly replicas: readonly FinalReplica[];
  readonly brokers: readonly FinalBroker[];
  /** As the committed state of the leader says. */
  readonly partitions: readonly FinalPartition[];
  readonly operations: readonly TopicOperation[];
  /** Every setting of the leader's committed state; partitions and their places are left out. */
  readonly settings: readonly SettingChange[];
  readonly leader: FinalLeader | null;
}

export interface FinalLeader {
  readonly clockMs: number;
  /** How long it has led without anybody asking for a change. */
  readonly undisturbedMs: number;
  /** By its configuration; null for never. */
  readonly balancesEveryMs: number | null;
  readonly expiresTokensEveryMs: number | null;
}

export interface FinalReplica {
  readonly id: number;
  readonly role: string;
  readonly epoch: number;
  readonly highWatermark: number;
  readonly logEndOffset: number;
  /** Of all batches, in order. */
  readonly logDigest: number;
  /** Of all live rows at the high watermark, as they are read. */
  readonly rowsDigest: number;
  /** The same after a replay of its log into empty stores. */
  readonly replayedRowsDigest: number;
  /** By index: what it finds that a scan does not, or misses. */
  readonly wrongIndexes: readonly string[];
}

export interface FinalBroker {
  readonly id: number;
  /** What the cluster says of it; null when it is not registered. */
  readonly fenced: boolean | null;
  /** End of what it has read of the log. */
  readonly endOffset: number;
}

export interface FinalPartition {
  readonly topicId: string;
  readonly partitionIndex: number;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly isr: readonly number[];
  readonly elr: readonly number[];
  readonly replicas: readonly number[];
  /** Replicas that may lead: registered, unfenced and in a directory that is online. */
  readonly able: readonly number[];
}

/** A rule that every run must keep. It throws InvariantBroken with the facts. */
export interface Invariant {
  readonly name: string;
  /** After every transaction, on disk or not. */
  onReplica?(view: ReplicaView): void;
  /** Once the transaction is on disk: before that nobody can know of it. */
  onReleased?(view: ReplicaView): void;
  /** In offset order, each batch once; `by` is the first who called it committed. */
  onCommitted?(entry: CommittedEntry, by: ReplicaView, all: readonly ReplicaView[]): void;
  onVote?(vote: Vote): void;
  /** A controller has lost its disk. */
  onDiskLost?(id: number): void;
  /** A broker has asked to shut down. */
  onLeaving?(brokerId: number): void;
  /** What a controller has made durable before it let anything out. */
  onDurable?(view: { readonly id: number; readonly epoch: number }): void;
  /** A controller was told to send a client's attempt to create a topic. */
  onAttempt?(serial: number, partitions: number): void;
  onAcknowledged?(acknowledgement: Acknowledgement, committedEndOffset: number): void;
  /** A broker, or a client that reads the log, was sent a batch of it. */
  onServed?(entry: Entry, to: number): void;
  /** A broker was given a block of producer ids. */
  onProducerIds?(first: bigint, count: number, toBroker: number): void;
  /** Somebody has only tried a change: it must never come. */
  onTried?(change: SettingChange): void;
  onSettingAnswered?(answer: SettingAnswer, committedEndOffset: number): void;
  onKeyedAnswer?(answer: KeyedAnswer): void;
  onProbe?(probe: Probe): void;
  onUncleanAsked?(election: UncleanElection): void;
  /** It was answered, so nothing more will come of it. */
  onUncleanAnswered?(id: number): void;
  onEnd?(world: FinalWorld): void;
}
