/**
 * A replica of the metadata quorum (KRaft): the door of src/raft. Events go in, each runs to completion, and what is to
 * be done outside comes out of `takeEffects`. It owns nothing but dispatch.
 */

import { assert } from "../base/assert.ts";
import type { ApiName, RequestOf, ResponseInit, ResponseOf } from "../protocol/apis.ts";
import type { LeaderAnswer, LeaderQuestion } from "../protocol/leader-question.ts";
import type { Batch, BatchRecord } from "../protocol/record-batch.ts";
import { becomeCandidate, driveCampaign, onVoteResponse } from "./campaigning.ts";
import { Core, type ReplicaOptions } from "./core.ts";
import { onDescribeQuorum } from "./describe-quorum.ts";
import { driveFetching, fetchingDeadlineMs, onFetchFailure, onFetchResponse } from "./fetching.ts";
import { appendAsLeader, driveLeader, leaderDeadlineMs, onAnnounced, resign } from "./leading.ts";
import { soleMetadataPartition } from "./metadata-partition.ts";
import { onBeginQuorumEpoch } from "./on-begin-epoch.ts";
import { onEndQuorumEpoch } from "./on-end-epoch.ts";
import { onFetch, serveParked } from "./on-fetch.ts";
import { onFetchSnapshot } from "./on-fetch-snapshot.ts";
import { onVote } from "./on-vote.ts";
import type { Call, PeerApi, RaftApi, RaftEffect } from "./outbox.ts";
import type { Role } from "./quorum-state.ts";
import {
  answerWhoLeads,
  askForProof,
  onLeaderAnswer,
  onNoConfirmation,
  requestReadBarrier,
} from "./read-barrier.ts";
import { drawElectionTimeoutMs } from "./timing.ts";
import { becomeFollower, becomeUnattached, learn, startCampaign } from "./transitions.ts";
import type { Voter } from "./voter-set.ts";

export class Replica {
  readonly #core: Core;

  /** Continues from what the stores hold; a sole voter leads at once. */
  constructor(options: ReplicaOptions) {
    this.#core = new Core(options);
    initialize(this.#core);
    this.#drive();
  }

  get role(): Role["kind"] {
    return this.#core.quorum.role.kind;
  }

  get isLeader(): boolean {
    return this.role === "leader";
  }

  get epoch(): number {
    return this.#core.quorum.epoch;
  }

  /** -1 while no leader of this epoch is known; a replica that resigned knows of none. */
  get leaderId(): number {
    return this.role === "resigned" ? -1 : this.#core.quorum.leaderId;
  }

  /** Whom it has voted for in this epoch; -1 when nobody. */
  get votedId(): number {
    return this.#core.quorum.votedId;
  }

  /** End of the committed log, exclusive; -1 while unknown. Never goes back while this object lives. */
  get highWatermark(): number {
    return this.#core.highWatermark;
  }

  /** Leader: offset of its LeaderChange record; nothing of its epoch is committed before. Else -1. */
  get epochStartOffset(): number {
    const { role } = this.#core.quorum;
    return role.kind === "leader" ? role.epochStartOffset : -1;
  }

  /**
   * Follower: true when it had all that the leader had committed, not longer ago than the fetch timeout. One that is cut
   * off cannot say so for long, whatever its role. What somebody else has heard from the leader until `heardMs` is as good.
   */
  isCaughtUp(nowMs: number, heardMs = Number.NEGATIVE_INFINITY): boolean {
    const { caughtUpMs, timing } = this.#core;
    return nowMs - Math.max(caughtUpMs, heardMs) <= timing.fetchTimeoutMs;
  }

  /** All barriers up to this id are complete. */
  get completedReadBarrier(): number {
    return this.#core.completedReadBarrier;
  }

  voters(): readonly Voter[] {
    return this.#core.voters.voters;
  }

  /** Causes exactly one reply with `token`, now or later. */
  onRequest<N extends RaftApi>(
    api: N,
    version: number,
    body: RequestOf<N>,
    token: unknown,
    nowMs: number,
  ): void {
    const core = this.#core;
    core.nowMs = nowMs;
    // A fetch must find the role that the time has brought about, not one that is overdue.
    if (api === "fetch") this.#drive();
    answer(core, api, version, body as RequestOf<ApiName>, token);
    this.#drive();
  }

  /** Says whom this replica follows, as it must before a leader that asks may answer a read. */
  whoLeads(question: LeaderQuestion, nowMs: number): LeaderAnswer {
    this.#core.nowMs = nowMs;
    this.#drive();
    return answerWhoLeads(this.#core, question);
  }

  /** The decoded response to the call with this id; dropped when the call was abandoned. */
  onResponse(correlationId: number, body: unknown, nowMs: number): void {
    this.#core.nowMs = nowMs;
    const call = this.#core.outbox.settle(correlationId);
    if (call !== null && call.api !== "who-leads") {
      takeResponse(this.#core, call, body as ResponseOf<PeerApi>);
    }
    this.#drive();
  }

  /** The answer to the question with this id; dropped when it is not waited for any more. */
  onLeaderAnswer(correlationId: number, answer: LeaderAnswer, nowMs: number): void {
    this.#core.nowMs = nowMs;
    const call = this.#core.outbox.settle(correlationId);
    const { role } = this.#core.quorum;
    if (call?.api === "who-leads" && role.kind === "leader") {
      onLeaderAnswer(this.#core, role, call.voter, answer);
    }
    this.#drive();
  }

  /** The call was rejected, or its time is up. */
  onFailure(correlationId: number, nowMs: number): void {
    this.#core.nowMs = nowMs;
    const call = this.#core.outbox.settle(correlationId);
    if (call !== null) takeFailure(this.#core, call);
    this.#drive();
  }

  onDeadline(nowMs: number): void {
    this.#core.nowMs = nowMs;
    this.#drive();
  }

  /** When `onDeadline` is wanted next; Infinity for never. */
  nextDeadlineMs(): number {
    const core = this.#core;
    return Math.min(roleDeadlineMs(core, core.quorum.role), core.parked.nextDeadlineMs());
  }

  /** Leader only: appends one data batch in the own epoch. */
  append(records: readonly BatchRecord[], nowMs: number): Batch {
    this.#core.nowMs = nowMs;
    return appendAsLeader(this.#core, records, false);
  }

  /** Gives up leadership and tells the others to elect; nothing when it does not lead. */
  resign(nowMs: number): void {
    this.#core.nowMs = nowMs;
    resign(this.#core);
  }

  /**
   * Leader only: the id of a barrier that is complete once a majority has confirmed, asked after this call, that it still
   * follows, and this epoch has committed.
   */
  requestReadBarrier(nowMs: number): number {
    this.#core.nowMs = nowMs;
    return requestReadBarrier(this.#core);
  }

  /** What DescribeQuorum answers, without waiting for anything. */
  describeQuorum(
    version: number,
    request: RequestOf<"describeQuorum">,
    nowMs: number,
  ): ResponseInit<"describeQuorum"> {
    this.#core.nowMs = nowMs;
    return onDescribeQuorum(this.#core, version, request);
  }

  /** The connection of a request is gone: it needs no reply any more. */
  forgetRequest(token: unknown): void {
    this.#core.parked.forget(token);
  }

  takeEffects(): RaftEffect[] {
    askForProof(this.#core);
    serveParked(this.#core);
    return this.#core.outbox.take();
  }

  /** Lets the role act until it has nothing more to do at this time. */
  #drive(): void {
    const core = this.#core;
    for (let steps = 0; ; steps++) {
      assert(steps < 20, `The role changes without end at ${core.quorum.role.kind}`);
      const before = core.quorum.changes;
      drive(core, core.quorum.role);
      if (core.quorum.changes === before) return;
    }
  }
}

/** The role that the stored election leaves for this start. */
function initialize(core: Core): void {
  const { quorum, log, self } = core;
  const ledThisEpoch = quorum.leaderId === self.id && quorum.epoch >= log.lastEpoch;
  if (ledThisEpoch && core.peers.length > 0) {
    const electionDeadlineMs = core.nowMs + drawElectionTimeoutMs(core.timing, core.prng);
    quorum.resigned({ electionDeadlineMs });
    return;
  }
  if (quorum.epoch < log.lastEpoch) becomeUnattached(core, log.lastEpoch);
  else if (quorum.hasVotedFor(self) && quorum.leaderId === -1 && core.isVoter) {
    becomeCandidate(core, quorum.epoch);
  } else if (quorum.leaderId !== self.id && core.voters.byId(quorum.leaderId) !== undefined) {
    becomeFollower(core, quorum.epoch, quorum.leaderId);
  } else {
    becomeUnattached(core, quorum.epoch);
  }
  // After a cold start nobody leads for sure: asking at once does no harm.
  if (quorum.role.kind === "unattached" && core.isVoter) startCampaign(core, { atOnce: false });
}

function drive(core: Core, role: Role): void {
  switch (role.kind) {
    case "leader":
      driveLeader(core, role);
      return;
    case "follower":
    case "unattached":
      driveFetching(core, role);
      return;
    case "prospective":
    case "candidate":
      driveCampaign(core, role);
      return;
    case "resigned":
      if (core.nowMs < role.electionDeadlineMs) return;
      becomeUnattached(core, core.quorum.epoch + 1);
      if (core.isVoter) startCampaign(core, { atOnce: true });
  }
}

function roleDeadlineMs(core: Core, role: Role): number {
  switch (role.kind) {
    case "leader":
      return leaderDeadlineMs(core, role);
    case "follower":
    case "unattached":
      return fetchingDeadlineMs(core, role);
    case "prospective":
    case "candidate":
      return Math.min(role.electionDeadlineMs, role.ballot.nextRoundMs);
    case "resigned":
      return role.electionDeadlineMs;
  }
}

function answer(
  core: Core,
  api: RaftApi,
  version: number,
  body: RequestOf<ApiName>,
  token: unknown,
): void {
  switch (api) {
    case "vote":
      core.outbox.reply(token, onVote(core, version, body as RequestOf<"vote">));
      return;
    case "beginQuorumEpoch": {
      const request = body as RequestOf<"beginQuorumEpoch">;
      core.outbox.reply(token, onBeginQuorumEpoch(core, version, request));
      return;
    }
    case "endQuorumEpoch": {
      const request = body as RequestOf<"endQuorumEpoch">;
      core.outbox.reply(token, onEndQuorumEpoch(core, version, request));
      return;
    }
    case "fetch":
      onFetch(core, version, body as RequestOf<"fetch">, token);
      return;
    case "fetchSnapshot":
      core.outbox.reply(token, onFetchSnapshot(core, version, body as RequestOf<"fetchSnapshot">));
      return;
    case "describeQuorum":
      core.outbox.reply(
        token,
        onDescribeQuorum(core, version, body as RequestOf<"describeQuorum">),
      );
  }
}

function takeResponse(
  core: Core,
  call: Extract<Call, { to: number }>,
  body: ResponseOf<PeerApi>,
): void {
  const { role } = core.quorum;
  switch (call.api) {
    case "vote":
      if (role.kind !== "prospective" && role.kind !== "candidate") return;
      onVoteResponse(core, role, call.to, body as ResponseOf<"vote">);
      return;
    case "fetch":
      if (role.kind !== "follower" && role.kind !== "unattached") return;
      onFetchResponse(core, role, body as ResponseOf<"fetch">);
      return;
    case "beginQuorumEpoch":
    case "endQuorumEpoch": {
      const response = body as ResponseOf<"beginQuorumEpoch">;
      const partition = soleMetadataPartition(response.topics);
      if (partition !== null && learn(core, partition.leaderEpoch, partition.leaderId)) return;
      if (role.kind === "leader") {
        onAnnounced(core, role, call.to, partition?.errorCode === 0);
      }
    }
  }
}

function takeFailure(core: Core, call: Call): void {
  const { role } = core.quorum;
  if (call.api === "vote" && (role.kind === "prospective" || role.kind === "candidate")) {
    role.ballot.fail(call.to);
  } else if (call.api === "fetch" && (role.kind === "follower" || role.kind === "unattached")) {
    onFetchFailure(core, role);
  } else if (call.api === "beginQuorumEpoch" && role.kind === "leader") {
    onAnnounced(core, role, call.to, false);
  } else if (call.api === "who-leads" && role.kind === "leader") {
    onNoConfirmation(core, role, call.voter);
  }
}
