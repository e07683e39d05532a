/**
 * The role of a replica and the election it stands in. Only the transitions of KRaft are possible, and what must survive
 * a restart (epoch, vote, leader) is stored before the new role is visible.
 */

import { assert } from "../base/assert.ts";
import type { Uuid } from "../base/uuid.ts";
import type { Ballot } from "./ballot.ts";
import { type ElectionState, type ElectionStore, NO_ELECTION } from "./election-store.ts";
import type { LeaderProgress } from "./leader-progress.ts";
import type { ReplicaKey } from "./voter-set.ts";

/** Knows the epoch, not whom to follow in it. A voter campaigns at the deadline, an observer asks around. */
export interface Unattached {
  readonly kind: "unattached";
  readonly electionDeadlineMs: number;
  readonly fetching: Fetching;
}

/** Asks whether it could win (KIP-996). Only in memory: the epoch is not touched. */
export interface Prospective {
  readonly kind: "prospective";
  electionDeadlineMs: number;
  readonly ballot: Ballot;
}

/** Voted for itself in this epoch. */
export interface Candidate {
  readonly kind: "candidate";
  readonly electionDeadlineMs: number;
  readonly ballot: Ballot;
}

/** When to tell a voter next who leads. */
export interface Announcement {
  nextMs: number;
  /** The pause after the last failed attempt. */
  backoffMs: number;
  pending: boolean;
}

export interface Leader {
  readonly kind: "leader";
  /** Offset of the LeaderChange record: nothing is committed in this epoch before it is. */
  readonly epochStartOffset: number;
  readonly sinceMs: number;
  readonly progress: LeaderProgress;
  readonly announcements: Map<number, Announcement>;
  /** Who is asked to confirm a read barrier is waited for until then. */
  askOthersMs: number;
  /** Before this it has nothing to do without being asked, whatever else happens until then; may be early, never late. */
  quietUntilMs: number;
}

/** The one fetch that a replica has in flight. */
export interface Fetching {
  correlationId: number | null;
  /** When the one in flight was sent, or else the last one. */
  sentMs: number;
  retryMs: number;
}

export interface Follower {
  readonly kind: "follower";
  fetchDeadlineMs: number;
  /** It has fetched successfully from this leader, so it has no reason to want another one. */
  attached: boolean;
  readonly fetching: Fetching;
}

/** Led this epoch once and must never do so again (KAFKA-10527). */
export interface Resigned {
  readonly kind: "resigned";
  readonly electionDeadlineMs: number;
}

export type Role = Unattached | Prospective | Candidate | Leader | Follower | Resigned;

export class QuorumState {
  readonly #self: ReplicaKey;
  readonly #store: ElectionStore;
  #election: ElectionState;
  #role: Role = {
    kind: "unattached",
    electionDeadlineMs: Number.POSITIVE_INFINITY,
    fetching: { correlationId: null, sentMs: 0, retryMs: Number.POSITIVE_INFINITY },
  };
  #changes = 0;

  constructor(self: ReplicaKey, store: ElectionStore) {
    this.#self = self;
    this.#store = store;
    this.#election = store.load() ?? NO_ELECTION;
  }

  get role(): Role {
    return this.#role;
  }

  get epoch(): number {
    return this.#election.leaderEpoch;
  }

  /** -1 while no leader of this epoch is known. */
  get leaderId(): number {
    return this.#election.leaderId;
  }

  get votedId(): number {
    return this.#election.votedId;
  }

  /** Grows with every change of role, epoch or leader. */
  get changes(): number {
    return this.#changes;
  }

  hasVotedFor(key: ReplicaKey): boolean {
    return key.id === this.votedId && key.directoryId === this.#election.votedDirectoryId;
  }

  /**
   * Reads what is stored. Where a second instance of this replica has taken its storage over, the platform ends the
   * first one here, so whatever is said after this call is not said by a ghost.
   */
  confirmOwnership(): void {
    const stored = this.#store.leaderEpoch();
    assert(stored === this.epoch, `Cannot go on in epoch ${this.epoch}: ${stored} is stored`);
  }

  /** A newer epoch whose leader is not known, or the same epoch when a replica gives up finding its leader. */
  unattached(epoch: number, role: Omit<Unattached, "kind">): void {
    const newer = epoch > this.epoch;
    assert(newer || epoch === this.epoch, `Cannot go back to epoch ${epoch} from ${this.epoch}`);
    const from = this.#role.kind;
    assert(
      newer || from === "unattached" || from === "follower" || from === "prospective",
      `Cannot become unattached from ${from} in epoch ${epoch}`,
    );
    if (newer) this.#save({ ...NO_ELECTION, leaderEpoch: epoch });
    this.#enter({ kind: "unattached", ...role });
  }

  /** Gives the vote of this epoch, which must not have been given to anyone else. */
  vote(candidate: ReplicaKey, role: Omit<Unattached, "kind">): void {
    const from = this.#role.kind;
    assert(
      from === "unattached" || from === "prospective",
      `Cannot vote for ${candidate.id} as ${from}`,
    );
    assert(
      this.hasVotedFor(candidate) || (this.votedId === -1 && this.leaderId === -1),
      `Cannot vote for ${candidate.id} in epoch ${this.epoch}: voted for ${this.votedId}, leader ${this.leaderId}`,
    );
    this.#save(this.#votedFor(this.epoch, candidate.id, candidate.directoryId));
    this.#enter({ kind: "unattached", ...role });
  }

  prospective(role: Omit<Prospective, "kind">): void {
    const from = this.#role.kind;
    assert(
      from === "unattached" || from === "follower" || from === "candidate",
      `Cannot become prospective from ${from}`,
    );
    this.#enter({ kind: "prospective", ...role });
  }

  /** Votes for itself in the next epoch; after a restart it may take up a candidacy it had stored. */
  candidate(epoch: number, role: Omit<Candidate, "kind">): void {
    const from = this.#role.kind;
    const again = epoch === this.epoch && from === "unattached" && this.hasVotedFor(this.#self);
    assert(
      again || (from === "prospective" && epoch === this.epoch + 1),
      `Cannot become candidate of epoch ${epoch} from ${from} in epoch ${this.epoch}`,
    );
    this.#save(this.#votedFor(epoch, this.#self.id, this.#self.directoryId));
    this.#enter({ kind: "candidate", ...role });
  }

  leader(role: Omit<Leader, "kind">): void {
    assert(this.#role.kind === "candidate", `Cannot become leader from ${this.#role.kind}`);
    this.#save({ ...this.#election, leaderId: this.#self.id });
    this.#enter({ kind: "leader", ...role });
  }

  follower(epoch: number, leaderId: number, role: Omit<Follower, "kind">): void {
    assert(leaderId !== this.#self.id, "Cannot follow itself");
    const newer = epoch > this.epoch;
    const from = this.#role.kind;
    assert(
      newer || (epoch === this.epoch && from !== "leader" && from !== "resigned"),
      `Cannot follow ${leaderId} in epoch ${epoch} as ${from} of epoch ${this.epoch}`,
    );
    assert(
      newer || this.leaderId === -1 || this.leaderId === leaderId,
      `Cannot follow ${leaderId} in epoch ${epoch}: ${this.leaderId} leads it`,
    );
    if (newer) this.#save({ ...NO_ELECTION, leaderEpoch: epoch, leaderId });
    else if (this.leaderId === -1) this.#save({ ...this.#election, leaderId });
    this.#enter({ kind: "follower", ...role });
  }

  /** Gives up leadership for good; also how a former leader of this epoch comes back after a restart. */
  resigned(role: Omit<Resigned, "kind">): void {
    const from = this.#role.kind;
    assert(
      this.leaderId === this.#self.id && (from === "leader" || from === "unattached"),
      `Cannot resign as ${from} of epoch ${this.epoch}`,
    );
    this.#enter({ kind: "resigned", ...role });
  }

  #votedFor(leaderEpoch: number, votedId: number, votedDirectoryId: Uuid): ElectionState {
    return { leaderId: -1, leaderEpoch, votedId, votedDirectoryId };
  }

  #save(election: ElectionState): void {
    this.#store.save(election);
    this.#election = election;
  }

  #enter(role: Role): void {
    this.#role = role;
    this.#changes += 1;
  }
}
