/**
 * What the active controller knows of brokers beyond the log: when each was heard from, how far it has read, when it
 * may go. Soft state: a new active controller begins with a full session for each broker that is not fenced.
 */

import type { Uuid } from "../base/uuid.ts";
import type { BrokerState } from "./metadata-view.ts";

interface Session {
  readonly epoch: number;
  lastContactMs: number;
  /** The last offset it said it has applied; -1 until it does. */
  metadataOffset: number;
  /** It asked for a controlled shutdown, and has not begun anew since. */
  isShuttingDown: boolean;
  /** What the others must have applied before it may go; null until that is known. */
  controlledShutdownOffset: number | null;
  /** While it is being fenced piece by piece: the topic to go on at. */
  fencingFrom: Uuid | null;
}

/** How far a former life has been taken out of its partitions. */
export interface Leaving {
  readonly uncleanShutdown: boolean;
  readonly fromTopicId: Uuid;
}

export class BrokerSessions {
  readonly #timeoutMs: number;
  readonly #sessions = new Map<number, Session>();
  /** Brokers whose registration waits until their former life, which is over, is out of its partitions; by id. */
  readonly leaving = new Map<number, Leaving>();
  /** The topic from which on partitions without a leader may have one; null when none can. */
  leaderlessFrom: Uuid | null = null;

  /** `timeoutMs` is Kafka's broker.session.timeout.ms. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Gives each broker that is not fenced a full session from now, and keeps what is known of its epoch. */
  activate(brokers: readonly BrokerState[], nowMs: number): void {
    for (const broker of brokers) {
      const { brokerId, epoch, fenced } = broker;
      if (fenced) continue;
      const isShuttingDown = this.isShuttingDown(broker);
      this.touch(brokerId, epoch, nowMs);
      this.#session(brokerId, epoch, nowMs).isShuttingDown = isShuttingDown;
    }
  }

  /** True when there is work that was left for events to come. */
  get hasRest(): boolean {
    return this.leaderlessFrom !== null || this.leaving.size > 0;
  }

  clear(): void {
    this.leaderlessFrom = null;
    this.leaving.clear();
    this.#sessions.clear();
  }

  /** The broker was heard from. Another epoch is another life: nothing of the former is kept. */
  touch(brokerId: number, epoch: number, nowMs: number): void {
    this.#session(brokerId, epoch, nowMs).lastContactMs = nowMs;
  }

  /** The broker said, in a heartbeat, which offset it has applied last. */
  heartbeat(brokerId: number, epoch: number, metadataOffset: number, nowMs: number): void {
    const session = this.#session(brokerId, epoch, nowMs);
    session.lastContactMs = nowMs;
    session.metadataOffset = metadataOffset;
    if (session.fencingFrom === null) return;
    // It is back before it was fenced, so that nothing will unfence it: what only it can lead has lost it already.
    session.fencingFrom = null;
    this.leaderlessFrom = "";
  }

  /** How far the fencing of a silent broker has come; null when it has not begun. */
  fencingFrom({ brokerId, epoch }: BrokerState): Uuid | null {
    const session = this.#sessions.get(brokerId);
    return session?.epoch === epoch ? session.fencingFrom : null;
  }

  /** The fencing of a broker goes on at `topicId`; null when it is done. */
  noteFencing({ brokerId, epoch }: BrokerState, topicId: Uuid | null): void {
    const session = this.#sessions.get(brokerId);
    if (session?.epoch === epoch) session.fencingFrom = topicId;
  }

  /** True when this life of the broker asked for a controlled shutdown; its registration says so where nothing else does. */
  isShuttingDown({ brokerId, epoch, fenced, inControlledShutdown }: BrokerState): boolean {
    const session = this.#sessions.get(brokerId);
    return session?.epoch === epoch ? session.isShuttingDown : inControlledShutdown && !fenced;
  }

  /** The broker is fenced, or has registered again: whatever it asks for next, it asks for anew. */
  endShutdown(brokerId: number, epoch: number): void {
    const session = this.#sessions.get(brokerId);
    if (session?.epoch !== epoch) return;
    session.isShuttingDown = false;
    session.controlledShutdownOffset = null;
  }

  /** What the broker said of its offset does not count any more: a change of its registration is news to it. */
  forgetOffset(brokerId: number, epoch: number): void {
    const session = this.#sessions.get(brokerId);
    if (session?.epoch === epoch) session.metadataOffset = -1;
  }

  /** True when this life of the broker was heard from within its session. */
  hasValidSession(brokerId: number, epoch: number, nowMs: number): boolean {
    const session = this.#sessions.get(brokerId);
    if (session === undefined || session.epoch !== epoch) return false;
    return nowMs < session.lastContactMs + this.#timeoutMs;
  }

  /** How long ago this life of the broker was heard from; null when it was not. */
  sinceContactMs({ brokerId, epoch }: BrokerState, nowMs: number): number | null {
    const session = this.#sessions.get(brokerId);
    return session?.epoch === epoch ? nowMs - session.lastContactMs : null;
  }

  /** The offset that brokers in charge must reach before this one may go: `offset` when none was noted before. */
  noteControlledShutdown(brokerId: number, epoch: number, offset: number, nowMs: number): number {
    const session = this.#session(brokerId, epoch, nowMs);
    session.isShuttingDown = true;
    session.controlledShutdownOffset ??= offset;
    return session.controlledShutdownOffset;
  }

  /** More was moved away from the broker: those in charge must reach `offset` before it may go. */
  raiseControlledShutdown(brokerId: number, epoch: number, offset: number, nowMs: number): void {
    const session = this.#session(brokerId, epoch, nowMs);
    session.isShuttingDown = true;
    session.controlledShutdownOffset = offset;
  }

  /** How far every active broker has read; Infinity when none is active. */
  lowestActiveOffset(brokers: readonly BrokerState[]): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const broker of brokers) {
      const { brokerId, epoch, fenced } = broker;
      if (fenced || this.isShuttingDown(broker)) continue;
      const session = this.#sessions.get(brokerId);
      const offset = session?.epoch === epoch ? session.metadataOffset : -1;
      lowest = Math.min(lowest, offset);
    }
    return lowest;
  }

  /** Those of `brokers` that were not heard from for a whole session, longest silent first. */
  staleBrokers(brokers: readonly BrokerState[], nowMs: number): readonly BrokerState[] {
    return brokers
      .filter(({ brokerId, epoch }) => !this.hasValidSession(brokerId, epoch, nowMs))
      .sort((a, b) => this.#lastContactMs(a) - this.#lastContactMs(b));
  }

  #lastContactMs({ brokerId, epoch }: BrokerState): number {
    const session = this.#sessions.get(brokerId);
    return session?.epoch === epoch ? session.lastContactMs : Number.NEGATIVE_INFINITY;
  }

  #session(brokerId: number, epoch: number, nowMs: number): Session {
    let session = this.#sessions.get(brokerId);
    if (session === undefined || session.epoch !== epoch) {
      session = {
        epoch,
        lastContactMs: nowMs,
        metadataOffset: -1,
        isShuttingDown: false,
        controlledShutdownOffset: null,
        fencingFrom: null,
      };
      this.#sessions.set(brokerId, session);
    }
    return session;
  }
}
