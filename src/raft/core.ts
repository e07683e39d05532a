/** What the parts of a replica share: its identity, stores, role and the time of the current event. */

import type { Prng } from "../base/prng.ts";
import type { Uuid } from "../base/uuid.ts";
import type { ElectionStore } from "./election-store.ts";
import { majorityOf } from "./high-watermark.ts";
import { Outbox } from "./outbox.ts";
import { ParkedFetches } from "./parked-fetches.ts";
import { QuorumState } from "./quorum-state.ts";
import type { RaftLog } from "./raft-log.ts";
import type { RaftTiming } from "./timing.ts";
import { type Endpoint, type ReplicaKey, type Voter, VoterSet } from "./voter-set.ts";

export interface ReplicaOptions {
  readonly clusterId: string;
  readonly nodeId: number;
  readonly directoryId: Uuid;
  /** The listener whose endpoints are handed out, such as CONTROLLER. */
  readonly listenerName: string;
  readonly log: RaftLog;
  readonly elections: ElectionStore;
  readonly prng: Prng;
  readonly nowMs: number;
  /** In force until the log holds a KRaftVoters record. */
  readonly bootstrapVoters: readonly Voter[];
  readonly timing: RaftTiming;
  /** The kraft.version levels that the voters are written with. */
  readonly kraftVersionRange: { readonly min: number; readonly max: number };
}

export interface ReachableLeader {
  readonly id: number;
  readonly endpoint: Endpoint;
}

export class Core {
  readonly clusterId: string;
  readonly self: ReplicaKey;
  readonly listenerName: string;
  readonly log: RaftLog;
  readonly prng: Prng;
  readonly timing: RaftTiming;
  readonly kraftVersionRange: { readonly min: number; readonly max: number };
  readonly voters: VoterSet;
  readonly quorum: QuorumState;
  readonly outbox = new Outbox();
  readonly parked = new ParkedFetches();
  nowMs: number;
  /** End of what is known to be committed, exclusive; -1 while unknown. Never goes back. */
  highWatermark = -1;
  /** Follower: when it was last known to have all that the leader had committed. */
  caughtUpMs = Number.NEGATIVE_INFINITY;
  /** Rounds of votes since a leader was last reached. */
  lostRounds = 0;
  /** The newest read barrier that a read waits for, the newest that voters were asked to confirm, and what is complete. */
  readBarrier = 0;
  askedReadBarrier = 0;
  completedReadBarrier = 0;
  /** What `leader` is, as long as it is this voter. */
  #leader: ReachableLeader | null = null;
  #leaderVoter: Voter | undefined;

  constructor(options: ReplicaOptions) {
    this.clusterId = options.clusterId;
    this.self = { id: options.nodeId, directoryId: options.directoryId };
    this.listenerName = options.listenerName;
    this.log = options.log;
    this.prng = options.prng;
    this.timing = options.timing;
    this.kraftVersionRange = options.kraftVersionRange;
    this.voters = new VoterSet(options.bootstrapVoters, options.log);
    this.quorum = new QuorumState(this.self, options.elections);
    this.nowMs = options.nowMs;
  }

  get isVoter(): boolean {
    return this.voters.has(this.self);
  }

  /** The ids of the voters without this one. */
  get peers(): number[] {
    return this.voters.voters.map(({ id }) => id).filter((id) => id !== this.self.id);
  }

  get majority(): number {
    return majorityOf(this.voters.voters.length);
  }

  /** How many voters beside this one make a majority. */
  get othersNeeded(): number {
    return this.majority - (this.isVoter ? 1 : 0);
  }

  /** Where the leader of this epoch is reached, or null when either is unknown or it has resigned. */
  get leader(): ReachableLeader | null {
    const id = this.quorum.role.kind === "resigned" ? -1 : this.quorum.leaderId;
    const voter = this.voters.byId(id);
    // Every answer to a fetch names it, so it is looked for once.
    if (voter !== this.#leaderVoter) {
      const listener = this.listenerName.toUpperCase();
      const endpoint = voter?.endpoints.find(({ name }) => name.toUpperCase() === listener);
      this.#leader = endpoint === undefined ? null : { id, endpoint };
      this.#leaderVoter = voter;
    }
    return this.#leader;
  }

  /** The leader's id for an answer: without endpoints it must not be named, brokers could not follow it. */
  get leaderIdToTell(): number {
    return this.leader?.id ?? -1;
  }

  /** For the NodeEndpoints of an answer: the leader, when it is known. */
  get leaderEndpoints(): { nodeId: number; host: string; port: number }[] {
    const { leader } = this;
    if (leader === null) return [];
    return [{ nodeId: leader.id, host: leader.endpoint.host, port: leader.endpoint.port }];
  }

  raiseHighWatermark(offset: number): void {
    if (offset > this.highWatermark) this.highWatermark = offset;
  }
}
