/** Mistakes in replication and commitment. */

import type { Mutant } from "./mutant.ts";

export const REPLICATION_MUTANTS: readonly Mutant[] = [
  {
    name: "fetched-before-stored",
    mistake: "a follower asks for what comes next before it has stored what it was sent",
    patches: [
      {
        file: "src/controller/controller-node.ts",
        find: "this.#outbox.push(this.#peerCalls.begin(effect));",
        replace: "this.#outbox.pushUrgent(this.#peerCalls.begin(effect));",
      },
    ],
  },
  {
    name: "older-epoch-committed-by-count",
    namedBy: "own-epoch-first",
    mistake: "what an older leader wrote is committed because a majority holds it (Raft, figure 8)",
    patches: [
      {
        file: "src/raft/leading.ts",
        find: "if (reached > role.epochStartOffset) core.raiseHighWatermark(reached);",
        replace: "core.raiseHighWatermark(reached);",
      },
    ],
  },
  {
    name: "high-watermark-off-by-one",
    mistake: "a fetch at an offset is taken to acknowledge that offset",
    patches: [
      {
        file: "src/raft/leading.ts",
        find: "core.log.endOffset,\n    ({ endOffset }) => endOffset,",
        replace: "core.log.endOffset,\n    ({ endOffset }) => endOffset + 1,",
      },
    ],
  },
  {
    name: "sent-counts-as-stored",
    namedBy: "committed-on-majority",
    mistake: "a follower is taken to have what it was sent",
    patches: [
      {
        file: "src/raft/on-fetch.ts",
        find: "if (progress !== null) progress.highWatermarkSent = highWatermark;",
        replace:
          "if (progress !== null) progress.highWatermarkSent = highWatermark;\n  if (progress !== null && isVoter) progress.endOffset = core.log.endOffset;",
      },
    ],
  },
  {
    name: "truncates-committed",
    namedBy: "committed-is-not-cut",
    mistake: "a follower cuts off one epoch more than diverges, committed or not",
    patches: [
      {
        file: "src/raft/fetching.ts",
        find: "const mine = log.endOffsetForEpoch(diverging.epoch);",
        replace: "const mine = log.endOffsetForEpoch(diverging.epoch - 1);",
      },
      { file: "src/raft/fetching.ts", find: "endOffset >= core.highWatermark,", replace: "true," },
    ],
  },
  {
    name: "cuts-inside-a-batch",
    mistake:
      "a follower cuts its log where the leader's epoch ends, although it holds another one there",
    patches: [
      {
        file: "src/raft/fetching.ts",
        find: "mine.epoch === diverging.epoch\n      ?",
        replace: "mine.epoch >= 0\n      ?",
      },
    ],
  },
  {
    name: "divergence-overlooked",
    mistake: "a leader serves a follower without looking whether their logs agree",
    patches: [
      {
        file: "src/raft/on-fetch.ts",
        find: "return end.epoch === lastFetchedEpoch && end.endOffset >= fetchOffset ? null : end;",
        replace: "return end.endOffset >= 0 && lastFetchedEpoch >= 0 ? null : end;",
      },
    ],
  },
  {
    name: "bytes-changed-later",
    namedBy: "log-matching",
    mistake: "a follower keeps bytes of a batch that somebody else changes afterwards",
    patches: [
      {
        file: "src/raft/fetching.ts",
        find: "    core.log.append(batch);\n",
        replace:
          "    core.log.append({ ...batch, bytes: batch.bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) });\n",
      },
    ],
  },
  {
    name: "divergence-not-told",
    namedBy: "committed-stays",
    mistake: "a follower whose log has left the leader's is sent what comes next all the same",
    patches: [
      {
        file: "src/raft/on-fetch.ts",
        find: "const diverging = divergence(core, asked);",
        replace: "const diverging = null;",
      },
    ],
  },
  {
    name: "appends-in-older-epoch",
    mistake: "a new leader writes in the epoch of the log's last batch",
    patches: [
      {
        file: "src/raft/leading.ts",
        find: "const leaderEpoch = core.quorum.epoch;",
        replace: "const leaderEpoch = core.log.lastEpoch || core.quorum.epoch;",
      },
    ],
  },
  {
    name: "high-watermark-goes-back",
    namedBy: "high-watermark-grows",
    mistake: "a controller adopts whatever high watermark it is told",
    patches: [
      {
        file: "src/raft/core.ts",
        find: "if (offset > this.highWatermark) this.highWatermark = offset;",
        replace: "this.highWatermark = offset;",
      },
    ],
  },
  {
    name: "high-watermark-beyond-log",
    mistake: "a follower adopts the leader's high watermark although its own log is shorter",
    patches: [
      {
        file: "src/raft/fetching.ts",
        find: "Math.min(core.log.endOffset, Number(partition.highWatermark))",
        replace: "Number(partition.highWatermark)",
      },
    ],
  },
  {
    name: "observers-get-everything",
    namedBy: "observers-see-committed",
    mistake: "brokers are sent what is not committed yet",
    patches: [
      {
        file: "src/raft/on-fetch.ts",
        find: "const endOffset = isVoter ? core.log.endOffset : core.highWatermark;",
        replace: "const endOffset = core.log.endOffset;",
      },
    ],
  },
  {
    name: "observers-lag-behind",
    namedBy: "brokers-return",
    mistake: "brokers are sent a batch only when another one is committed behind it",
    patches: [
      {
        file: "src/raft/on-fetch.ts",
        find: "const endOffset = isVoter ? core.log.endOffset : core.highWatermark;",
        replace: "const endOffset = isVoter ? core.log.endOffset : core.highWatermark - 1;",
      },
      {
        file: "src/raft/on-fetch.ts",
        find: "const isWorthIt = records.length > 0 || (!isVoter && highWatermark > known);",
        replace: "const isWorthIt = records.length > 0;",
      },
    ],
  },
  {
    name: "answers-every-fetch-at-once",
    mistake: "a fetch with nothing to fetch is not parked",
    patches: [
      {
        file: "src/raft/on-fetch.ts",
        find: "if (!isWorthIt && core.nowMs < asked.dueMs) return null;",
        replace: "",
      },
    ],
  },
  {
    name: "commits-what-diverges",
    mistake:
      "a follower adopts the high watermark although it was told that its log diverges below it",
    patches: [
      {
        file: "src/raft/fetching.ts",
        find: "if (partition.divergingEpoch.epoch >= 0) return truncateTo(core, partition.divergingEpoch);",
        replace:
          "if (partition.divergingEpoch.epoch >= 0) {\n    core.raiseHighWatermark(Math.min(core.log.endOffset, Number(partition.highWatermark)));\n    return truncateTo === null;\n  }",
      },
    ],
  },
  {
    name: "commits-with-records-only",
    namedBy: "convergence",
    mistake: "a follower looks at the high watermark only when records come with it",
    patches: [
      {
        file: "src/raft/fetching.ts",
        find: "  core.raiseHighWatermark(Math.min(core.log.endOffset, Number(partition.highWatermark)));",
        replace:
          "  if (batches.length > 0) core.raiseHighWatermark(Math.min(core.log.endOffset, Number(partition.highWatermark)));",
      },
    ],
  },
  {
    name: "no-output-gate",
    mistake: "the platform lets answers out before what they rest on is on disk",
    patches: [],
    withoutOutputGate: true,
  },
  {
    name: "barrier-shared",
    mistake: "a read uses a barrier that voters were asked for before the read began",
    patches: [
      {
        file: "src/raft/read-barrier.ts",
        find: "if (isAsked || core.readBarrier === core.completedReadBarrier) core.readBarrier += 1;",
        replace: "if (core.readBarrier === core.completedReadBarrier) core.readBarrier += 1;",
      },
    ],
  },
  {
    name: "confirms-newest-barrier",
    mistake: "an answer counts for the newest read barrier, not for the one that was asked for",
    patches: [
      {
        file: "src/raft/read-barrier.ts",
        find: "confirmations.readBarrier = confirmations.asked ?? 0;",
        replace: "confirmations.readBarrier = core.readBarrier;",
      },
    ],
  },
  {
    name: "confirms-to-whoever-asks",
    mistake: "a voter confirms what it is asked, whatever its own epoch and leader are",
    patches: [
      {
        file: "src/raft/read-barrier.ts",
        find: "  return { leaderEpoch: epoch, leaderId };\n}",
        replace: "  return { leaderEpoch: question.leaderEpoch, leaderId: question.leaderId };\n}",
      },
    ],
  },
  {
    name: "any-answer-confirms",
    mistake: "a leader takes every answer to its question for a yes, whatever epoch it names",
    patches: [
      {
        file: "src/raft/read-barrier.ts",
        find: "if (leaderEpoch !== core.quorum.epoch || leaderId !== core.self.id) {",
        replace: "if (leaderEpoch === -1) {",
      },
    ],
  },
  {
    name: "ghost-confirms",
    mistake: "an instance that was replaced confirms from memory that it leads or follows",
    // Where nothing is held in memory, what else it reads ends it.
    needsHeld: true,
    patches: [
      {
        file: "src/raft/quorum-state.ts",
        find: "const stored = this.#store.leaderEpoch();",
        replace: "const stored = this.epoch;",
      },
    ],
  },
];
