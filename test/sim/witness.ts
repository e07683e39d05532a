/** Sees everything that happens in a world, keeps what will be asked for at its end, and shows it to the invariants. */

import { decodeRecord, type MetadataRecord } from "../../src/protocol/metadata-record.ts";
import { readBatches, readRecords } from "../../src/protocol/record-batch.ts";
import type { TopicOperation } from "../linear/topic-model.ts";
import type { ControllerHost } from "./controller-host.ts";
import type { Coverage } from "./coverage.ts";
import { Ledger } from "./ledger.ts";
import {
  type CommittedEntry,
  type Entry,
  type Invariant,
  InvariantBroken,
  type KeyedAnswer,
  type Probe,
  type ReplicaView,
  type SettingAnswer,
  type UncleanElection,
} from "./observation.ts";
import type { SettingChange } from "./setting.ts";
import type { Trace } from "./trace.ts";

export class Witness {
  readonly ledger = new Ledger();
  readonly operations: TopicOperation[] = [];
  readonly #trace: Trace;
  readonly #coverage: Coverage;
  readonly #invariants: readonly Invariant[];
  readonly #onReplica: readonly Invariant[];
  readonly #onReleased: readonly Invariant[];
  readonly #onCommitted: readonly Invariant[];
  readonly #views = new Map<number, ReplicaView>();

  constructor(invariants: readonly Invariant[], trace: Trace, coverage: Coverage) {
    this.#trace = trace;
    this.#coverage = coverage;
    this.#invariants = invariants;
    this.#onReplica = invariants.filter(({ onReplica }) => onReplica !== undefined);
    this.#onReleased = invariants.filter(({ onReleased }) => onReleased !== undefined);
    this.#onCommitted = invariants.filter(({ onCommitted }) => onCommitted !== undefined);
  }

  /** A controller right after a transaction; true when it leads an epoch from now on. */
  transacted(view: ReplicaView): boolean {
    const before = this.#views.get(view.id);
    this.#views.set(view.id, view);
    const isNew = this.#tell(view, before);
    for (const invariant of this.#onReplica) invariant.onReplica?.(view);
    return isNew && view.role === "leader";
  }

  /** What a controller was in some transaction is on disk, and what follows from it goes out. */
  released(host: ControllerHost, view: ReplicaView): void {
    for (const invariant of this.#onReleased) invariant.onReleased?.(view);
    this.calledCommitted(host, view);
  }

  /** Somebody lets out what rests on its high watermark. */
  calledCommitted(host: ControllerHost, view: ReplicaView): void {
    if (view.highWatermark > this.ledger.endOffset) this.#commit(host, view);
  }

  voted(voter: ControllerHost, epoch: number, candidateId: number): void {
    const { election } = voter.disk;
    const stored =
      election === null ? null : { epoch: election.leaderEpoch, votedId: election.votedId };
    const vote = { voterId: voter.id, epoch, candidateId, stored };
    for (const invariant of this.#invariants) invariant.onVote?.(vote);
  }

  /** Everything that a controller has written is on its disk. */
  durable(host: ControllerHost): void {
    const view = { id: host.id, epoch: host.disk.election?.leaderEpoch ?? 0 };
    for (const invariant of this.#invariants) invariant.onDurable?.(view);
  }

  diskLost(id: number): void {
    this.#views.delete(id);
    for (const invariant of this.#invariants) invariant.onDiskLost?.(id);
  }

  leaving(brokerId: number): void {
    for (const invariant of this.#invariants) invariant.onLeaving?.(brokerId);
  }

  attempt(serial: number, partitions: number): void {
    for (const invariant of this.#invariants) invariant.onAttempt?.(serial, partitions);
  }

  /** Keeps an operation for the history; `offset` is where its answer says that it was true. */
  remember(operation: TopicOperation, serial: number, offset: number | null): void {
    this.operations.push(operation);
    this.#trace.tell(`client ${operation.client}`, () => tellOperation(operation, offset));
    if (operation.output === null) return;
    const acknowledgement = { serial, operation, offset };
    for (const invariant of this.#invariants) {
      invariant.onAcknowledged?.(acknowledgement, this.ledger.endOffset);
    }
  }

  /** A broker, or a client that reads the log, was sent a batch. */
  served(entry: Entry, to: number): void {
    for (const invariant of this.#invariants) invariant.onServed?.(entry, to);
  }

  gaveProducerIds(first: bigint, count: number, toBroker: number): void {
    for (const invariant of this.#invariants) invariant.onProducerIds?.(first, count, toBroker);
  }

  tried(change: SettingChange): void {
    for (const invariant of this.#invariants) invariant.onTried?.(change);
  }

  settingAnswered(answer: SettingAnswer): void {
    this.#coverage.count(`setting ${answer.key.slice(0, answer.key.indexOf(" "))}`);
    for (const invariant of this.#invariants) {
      invariant.onSettingAnswered?.(answer, this.ledger.endOffset);
    }
  }

  heardUnderKey(answer: KeyedAnswer): void {
    for (const invariant of this.#invariants) invariant.onKeyedAnswer?.(answer);
  }

  probed(probe: Probe): void {
    const { allowed, byLeader } = probe;
    this.#coverage.count(
      `probe ${allowed ? "allowed" : "refused"}${byLeader ? " by a leader" : ""}`,
    );
    for (const invariant of this.#invariants) invariant.onProbe?.(probe);
  }

  uncleanAsked(election: UncleanElection): void {
    for (const invariant of this.#invariants) invariant.onUncleanAsked?.(election);
  }

  uncleanAnswered(id: number): void {
    for (const invariant of this.#invariants) invariant.onUncleanAnswered?.(id);
  }

  #commit(host: ControllerHost, by: ReplicaView): void {
    const { log } = host.disk;
    const all = [...this.#views.values()];
    const from = this.ledger.endOffset;
    const bytes = log.read(from, Number.MAX_SAFE_INTEGER, by.highWatermark);
    for (const batch of readBatches(bytes)) {
      const entry = log.entryAt(batch.baseOffset);
      if (entry === null || batch.baseOffset !== this.ledger.endOffset) {
        const fact = `${host.id} has committed ${by.highWatermark} and no batch at ${from}`;
        throw new InvariantBroken("committed-stays", fact);
      }
      const records: MetadataRecord[] = batch.control
        ? []
        : readRecords(batch).map(({ value }) => decodeRecord(value));
      for (const { type, version } of records) this.#coverage.count(`record ${type} v${version}`);
      const { timestampMs } = batch;
      const committed: CommittedEntry = { ...entry, timestampMs, records };
      this.ledger.add(committed);
      for (const invariant of this.#onCommitted) invariant.onCommitted?.(committed, by, all);
    }
  }

  /** True when the controller has changed its role, its epoch or its life. */
  #tell(view: ReplicaView, before: ReplicaView | undefined): boolean {
    const { id, life, role, epoch, highWatermark, log } = view;
    this.#trace.mix(highWatermark, log.endOffset, epoch);
    const isSameLife = before?.life === life;
    if (isSameLife && before.role === role && before.epoch === epoch) return false;
    this.#coverage.count(`role ${isSameLife ? before.role : "start"} to ${role}`);
    this.#trace.tell(
      `controller ${id}`,
      () => `${role} in epoch ${epoch}, log ${log.endOffset}, committed ${highWatermark}`,
    );
    return true;
  }
}

function tellOperation({ input, output }: TopicOperation, offset: number | null): string {
  const heard = output === null ? "unknown" : JSON.stringify(output);
  return `${JSON.stringify(input)}: ${heard}${offset === null ? "" : ` at ${offset}`}`;
}
