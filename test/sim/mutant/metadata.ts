/** Mistakes between consensus and metadata, and in the decisions on topics, partitions and brokers. */

import type { Mutant } from "./mutant.ts";

export const METADATA_MUTANTS: readonly Mutant[] = [
  {
    name: "state-not-truncated",
    namedBy: "same-state",
    mistake: "what is cut off the log stays in the state",
    patches: [
      {
        file: "src/controller/applying-log.ts",
        find: "    this.#store.truncate(endOffset);\n",
        replace: "",
      },
    ],
  },
  {
    name: "view-survives-truncation",
    mistake: "what was decoded before a truncation is used after it",
    patches: [
      {
        file: "src/controller/applying-log.ts",
        find: "    this.#truncations += 1;\n",
        replace: "",
      },
    ],
  },
  {
    name: "brokers-cached-too-long",
    mistake: "decoded brokers are used again after one has registered",
    patches: [
      {
        file: "src/controller/applying-log.ts",
        find: '  "producerIds",\n',
        replace: '  "producerIds",\n  "registerBroker",\n',
      },
    ],
  },
  {
    name: "replay-depends-on-history",
    mistake: "what a batch is applied as depends on what this instance went through before",
    patches: [
      {
        file: "src/controller/applying-log.ts",
        find: "applyBatch(this.#store, { lastOffset: batch.lastOffset, records });",
        replace:
          "applyBatch(this.#store, { lastOffset: batch.lastOffset, records: this.#truncations % 2 === 1 && records.length > 4 ? records.slice(0, -1) : records });",
      },
    ],
  },
  {
    name: "answers-before-commit",
    namedBy: "acknowledged-is-committed",
    mistake: "a write is answered when it is appended",
    patches: [
      {
        file: "src/controller/pending-answers.ts",
        find: "if (endOffset > highWatermark) break;",
        replace: "if (endOffset < 0 && highWatermark < 0) break;",
      },
    ],
  },
  {
    name: "answers-stay-pending",
    mistake: "a controller that lost leadership keeps its pending answers and gives them later",
    patches: [
      {
        file: "src/controller/quorum-controller.ts",
        find: "this.#pending.refuseAll(ErrorCode.NOT_CONTROLLER, message);",
        replace: "",
      },
    ],
  },
  {
    name: "late-and-again",
    mistake: "a request that timed out is answered again when it commits",
    patches: [
      {
        file: "src/controller/pending-answers.ts",
        find: "this.#waiting = this.#waiting.filter(({ deadlineMs }) => deadlineMs > nowMs);",
        replace: "",
      },
      {
        file: "src/controller/pending-answers.ts",
        find: "    this.#remember();\n    for (const pending of late) {",
        replace:
          "    this.#nextDeadlineMs = Number.POSITIVE_INFINITY;\n    for (const pending of late) {",
      },
    ],
  },
  {
    name: "never-answers",
    mistake: "nobody looks whether pending answers can go out",
    patches: [
      {
        file: "src/controller/quorum-controller.ts",
        find: "this.#pending.advance(replica.highWatermark, replica.completedReadBarrier);",
        replace: "",
      },
    ],
  },
  {
    name: "stale-leader-reads",
    mistake: "a read is answered without asking whether this controller still leads",
    patches: [
      {
        file: "src/controller/quorum-controller.ts",
        find: "barrier: this.replica.requestReadBarrier(nowMs),\n      deadlineMs: nowMs + READ_TIMEOUT_MS,",
        replace: "barrier: 0,\n      deadlineMs: nowMs + READ_TIMEOUT_MS,",
      },
    ],
  },
  {
    name: "stale-leader-refuses",
    mistake: "a refusal is answered without asking whether this controller still leads",
    patches: [
      {
        file: "src/controller/handler.ts",
        find: "const LINEARIZABLE = { proven: true } as const;",
        replace: "const LINEARIZABLE = { proven: false } as const;",
      },
    ],
  },
  {
    name: "reads-say-older-offset",
    namedBy: "offsets-in-order",
    mistake: "a read says that it was true one offset earlier than it was",
    patches: [
      {
        file: "src/controller/quorum-controller.ts",
        find: "read.run(view, { offset: highWatermark - 1, epoch });",
        replace: "read.run(view, { offset: highWatermark - 2, epoch });",
      },
    ],
  },
  {
    name: "reads-lose-a-partition",
    mistake: "a description of a topic leaves out its last partition when there are more than two",
    patches: [
      {
        file: "src/controller/read-metadata.ts",
        find: "partitions.push(partition);\n",
        replace: "if (partitions.length < 2) partitions.push(partition);\n",
      },
    ],
  },
  {
    name: "deletes-nothing",
    mistake: "a deletion is answered and not written",
    patches: [
      {
        file: "src/state/decide-delete-topics.ts",
        find: "return { records, atomic: true, response: { responses: answers } };",
        replace: "return { records: [], atomic: true, response: { responses: answers } };",
      },
    ],
  },
  {
    name: "one-partition-more",
    namedBy: "no-phantoms",
    mistake: "a topic gets a partition more than it was asked to have",
    patches: [
      {
        file: "src/state/decide-create-topics.ts",
        find: "topic.numPartitions === USE_DEFAULT ? defaults.partitions : topic.numPartitions;",
        replace:
          "topic.numPartitions === USE_DEFAULT ? defaults.partitions : topic.numPartitions + 1;",
      },
    ],
  },
  {
    name: "topic-id-used-again",
    namedBy: "topic-identity",
    mistake: "a topic's id follows from its name",
    patches: [
      {
        file: "src/state/decide-create-topics.ts",
        find: "const topicId = orderedUuid(view.offset + 1 + records.length, context.prng);",
        replace:
          'const topicId = name.replace(/[^a-z]/g, "x").padEnd(21, "q").slice(0, 21) + (orderedUuid(0, context.prng) === "" ? "" : "A");',
      },
    ],
  },
  {
    name: "broker-epoch-used-again",
    namedBy: "broker-epochs",
    mistake: "a broker keeps its epoch across lives",
    patches: [
      {
        file: "src/state/decide-broker-registration.ts",
        find: "const epoch = sameLife?.epoch ?? context.nextOffset;",
        replace: "const epoch = existing?.epoch ?? context.nextOffset;",
      },
    ],
  },
  {
    name: "producer-ids-overlap",
    namedBy: "producer-ids",
    mistake: "the next block of producer ids begins one id too early",
    patches: [
      {
        file: "src/state/decide-producer-ids.ts",
        find: "const producerIdStart = view.nextProducerId();",
        replace:
          "const next = view.nextProducerId();\n  const producerIdStart = next > 0n ? next - 1n : next;",
      },
    ],
  },
  {
    name: "fenced-joins-isr",
    mistake: "a fenced broker may join an ISR (KAFKA-13916)",
    patches: [
      {
        file: "src/state/decide-alter-partition.ts",
        find: "if (broker === null || broker.fenced || broker.inControlledShutdown) return false;",
        replace: "if (broker === null) return false;",
      },
    ],
  },
  {
    name: "fenced-keeps-leading",
    mistake: "a broker is fenced and keeps what it leads",
    patches: [
      {
        file: "src/state/decide-broker-heartbeat.ts",
        find: "    ...recordsForFencing(view, broker.brokerId),\n    registrationChange(broker, 0, { fenced: FENCE }),",
        replace:
          "    ...recordsForFencing(view, -2),\n    registrationChange(broker, 0, { fenced: FENCE }),",
      },
      {
        file: "src/state/decide-broker-heartbeat.ts",
        find: "pieceOfFencing(view, broker.brokerId, bounds);",
        replace: "pieceOfFencing(view, -2, bounds);",
      },
    ],
  },
  {
    name: "forgets-the-rest-of-the-leaderless",
    mistake: "a broker is back, and partitions that do not go into one event stay without a leader",
    patches: [
      {
        file: "src/state/broker-leadership.ts",
        find: "if (isLong || records.size >= maxRecords) {",
        replace: "if (isLong || records.size >= 1) {",
      },
      {
        file: "src/state/decide-broker-heartbeat.ts",
        find: "sessions.leaderlessFrom = nextTopicId;",
        replace: "",
      },
    ],
  },
  {
    name: "leader-epoch-stands-still",
    mistake: "a new leader does not count in the leader epoch",
    patches: [
      {
        file: "src/state/partition-after.ts",
        find: "leaderEpoch: partition.leaderEpoch + (named ? 1 : 0),",
        replace: "leaderEpoch: partition.leaderEpoch,",
      },
    ],
  },
  {
    name: "elects-out-of-sync",
    namedBy: "partition-moves",
    mistake: "any live replica may be elected, in sync or not",
    patches: [
      {
        file: "src/state/leader-election.ts",
        find: "eligible.includes(replica) && isAcceptable(replica);",
        replace: "isAcceptable(replica) || eligible.includes(replica);",
      },
    ],
  },
  {
    name: "new-leader-fences-at-once",
    namedBy: "full-session",
    mistake: "a new active controller takes brokers that it never heard of for silent",
    patches: [
      {
        file: "src/controller/quorum-controller.ts",
        find: "    this.sessions.activate(this.view().brokers(), nowMs);\n    // What",
        replace: "    // What",
      },
    ],
  },
  {
    name: "never-unfenced",
    mistake: "a broker that has caught up stays fenced",
    patches: [
      {
        file: "src/state/decide-broker-heartbeat.ts",
        find: 'return !wantFence && caughtUp ? "unfenced" : "fenced";',
        replace: 'return wantFence && caughtUp ? "unfenced" : "fenced";',
      },
    ],
  },
  {
    name: "late-comers-stay-fenced",
    namedBy: "brokers-return",
    mistake:
      "a broker in a rack that registers late in the log is taken for one that has not caught up",
    patches: [
      {
        file: "src/state/decide-broker-heartbeat.ts",
        find: 'return !wantFence && caughtUp ? "unfenced" : "fenced";',
        // Those without a rack are enough for whatever clients ask for, so that nothing else is wrong.
        replace:
          'return !wantFence && caughtUp && (broker.rack === null || broker.registrationOffset < 150) ? "unfenced" : "fenced";',
      },
    ],
  },
  {
    name: "reads-an-old-view",
    namedBy: "linearizable",
    mistake: "a committed view is used again for some offsets more",
    patches: [
      {
        file: "src/controller/quorum-controller.ts",
        find: "this.#committed = this.log.view(this.replica.highWatermark - 1, this.#committed);",
        replace:
          "if (this.#committed === null || this.#committed.reader.offset < 40 || this.replica.highWatermark - this.#committed.reader.offset > 12) this.#committed = this.log.view(this.replica.highWatermark - 1, this.#committed);",
      },
    ],
  },
];
