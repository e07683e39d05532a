/** Mistakes in elections. */

import type { Mutant } from "./mutant.ts";

export const ELECTION_MUTANTS: readonly Mutant[] = [
  {
    name: "own-vote-counts-twice",
    mistake: "a candidate counts itself among those who granted, and once more",
    patches: [
      {
        file: "src/raft/campaigning.ts",
        find: "role.ballot.granted.size + 1 >= core.majority",
        replace: "role.ballot.granted.size + 2 >= core.majority",
      },
    ],
  },
  {
    name: "vote-not-stored",
    namedBy: "one-vote",
    mistake: "a vote is only remembered in memory",
    patches: [
      {
        file: "src/raft/quorum-state.ts",
        find: "this.#save(this.#votedFor(this.epoch, candidate.id, candidate.directoryId));",
        replace:
          "this.#election = this.#votedFor(this.epoch, candidate.id, candidate.directoryId);",
      },
    ],
  },
  {
    name: "vote-given-again",
    mistake: "whoever asks in an epoch gets the vote, given or not",
    patches: [
      {
        file: "src/raft/on-vote.ts",
        find: "if (!core.quorum.hasVotedFor(candidate)) return false;",
        replace: "",
      },
      {
        file: "src/raft/quorum-state.ts",
        find: "this.hasVotedFor(candidate) || (this.votedId === -1 && this.leaderId === -1),",
        replace: "true,",
      },
    ],
  },
  {
    name: "longer-log-wins",
    mistake: "logs are compared by their length before the epoch of their last batch",
    patches: [
      {
        file: "src/raft/campaigning.ts",
        find: "return a.epoch - b.epoch || a.offset - b.offset;",
        replace: "return a.offset - b.offset || a.epoch - b.epoch;",
      },
    ],
  },
  {
    name: "any-log-wins",
    namedBy: "leader-completeness",
    mistake: "a vote is granted without a look at the candidate's log",
    patches: [
      {
        file: "src/raft/on-vote.ts",
        find: "comparePositions(position, { epoch: core.log.lastEpoch, offset: core.log.endOffset }) >= 0;",
        replace: "comparePositions(position, { epoch: core.log.lastEpoch, offset: 0 }) >= -1e9;",
      },
    ],
  },
  {
    name: "epoch-not-stored",
    namedBy: "epoch-grows",
    mistake: "a newer epoch is only remembered in memory",
    patches: [
      {
        file: "src/raft/quorum-state.ts",
        find: "if (newer) this.#save({ ...NO_ELECTION, leaderEpoch: epoch });\n    this.#enter",
        replace:
          "if (newer) this.#election = { ...NO_ELECTION, leaderEpoch: epoch };\n    this.#enter",
      },
    ],
  },
  {
    name: "leads-again-after-restart",
    namedBy: "election-safety",
    mistake: "a leader that restarts takes up its candidacy for the epoch that it has led",
    patches: [
      {
        file: "src/raft/replica.ts",
        find: "if (ledThisEpoch && core.peers.length > 0) {",
        replace: "if (ledThisEpoch && core.peers.length > 99) {",
      },
      {
        file: "src/raft/replica.ts",
        find: "quorum.hasVotedFor(self) && quorum.leaderId === -1 && core.isVoter",
        replace: "quorum.hasVotedFor(self) && core.isVoter",
      },
    ],
  },
  {
    name: "candidate-keeps-leader",
    namedBy: "legal-roles",
    mistake: "a candidate goes on knowing the leader of the epoch before",
    patches: [
      {
        file: "src/raft/quorum-state.ts",
        find: "return { leaderId: -1, leaderEpoch, votedId, votedDirectoryId };",
        replace: "return { leaderId: this.leaderId, leaderEpoch, votedId, votedDirectoryId };",
      },
    ],
  },
  {
    name: "late-answers-count",
    mistake:
      "answers to calls of an earlier role are not dropped, so a pre-vote may count as a vote",
    patches: [
      {
        file: "src/raft/outbox.ts",
        find: "  abandonCalls(): void {\n    this.#calls.clear();",
        replace: "  abandonCalls(): void {",
      },
    ],
  },
  {
    name: "directory-ignored",
    mistake: "a controller that lost its disk votes as if it were the one before",
    patches: [
      {
        file: "src/raft/on-vote.ts",
        find: "directoryId === ZERO_UUID || directoryId === core.self.directoryId;",
        replace: "directoryId !== core.self.clusterName;",
      },
    ],
  },
  {
    name: "no-check-quorum",
    namedBy: "lonely-leader",
    mistake: "a leader goes on for ever without hearing of a majority",
    patches: [
      {
        file: "src/raft/timing.ts",
        find: "return timing.fetchTimeoutMs * 1.5;",
        replace: "return timing.fetchTimeoutMs * 1500;",
      },
    ],
  },
  {
    name: "voter-never-campaigns",
    namedBy: "no-limbo",
    mistake: "a voter that loses its leader waits for others to begin an election",
    patches: [
      {
        file: "src/raft/fetching.ts",
        find: "if (core.isVoter) startCampaign(core, { atOnce: false });\n  else becomeUnattached",
        replace: "becomeUnattached",
      },
      {
        file: "src/raft/fetching.ts",
        find: "if (core.nowMs >= role.electionDeadlineMs) startCampaign(core, { atOnce: true });",
        replace: "if (core.nowMs < 0) startCampaign(core, { atOnce: true });",
      },
      {
        file: "src/raft/fetching.ts",
        find: 'if (role.kind === "unattached" && core.isVoter) return role.electionDeadlineMs;',
        replace: 'if (role.kind === "unattached" && core.isVoter) return Number.POSITIVE_INFINITY;',
      },
    ],
  },
  {
    name: "resigns-in-words-only",
    mistake: "a leader without a majority tells the others to elect and goes on leading",
    patches: [
      {
        file: "src/raft/leading.ts",
        find: "core.quorum.resigned({ electionDeadlineMs: nowMs + drawElectionTimeoutMs(timing, core.prng) });",
        replace: "void drawElectionTimeoutMs;",
      },
    ],
  },
  {
    name: "announces-without-end",
    namedBy: "bounded",
    mistake: "a leader announces itself again although the last announcement is under way",
    patches: [
      {
        file: "src/raft/leading.ts",
        find: "  announcement.pending = true;\n",
        replace: "  announcement.nextMs = core.nowMs + 1;\n",
      },
    ],
  },
];
