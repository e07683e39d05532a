/** Mistakes in what is remembered of changes that are sent under keys. */

import type { Mutant } from "./mutant.ts";

const ANSWERS = "src/controller/remembered-answers.ts";
const WRITER = "src/state/answer-writer.ts";

export const KEY_MUTANTS: readonly Mutant[] = [
  {
    name: "remembers-apart",
    mistake: "the answer is written behind its change, in a batch of its own",
    patches: [
      {
        file: "src/controller/quorum-controller.ts",
        find: "const endOffset = this.append({ records, atomic: decision.atomic }, nowMs);",
        replace: `const changed = this.append(decision, nowMs);
    const endOffset =
      records.length === decision.records.length
        ? changed
        : this.append({ records: remembered, atomic: true }, nowMs);`,
      },
    ],
  },
  {
    name: "takes-live-for-expired",
    mistake: "answers count once they have expired, and not before",
    patches: [
      {
        file: ANSWERS,
        find: "earlier.expirationTimestampMs > nowMs;",
        replace: "earlier.expirationTimestampMs <= nowMs;",
      },
    ],
  },
  {
    name: "ignores-fingerprint",
    namedBy: "applied-once",
    mistake: "whatever is asked for under a key gets the answer that is there",
    patches: [
      {
        file: ANSWERS,
        find: "fingerprint.every((byte, i) => byte === asked[i]);",
        replace: "fingerprint.every((_, i) => asked[i] !== undefined);",
      },
    ],
  },
  {
    name: "repeats-uncommitted",
    mistake: "an answer is given again although it is not known yet whether it is committed",
    patches: [
      {
        file: ANSWERS,
        find: `  prove(quorum, nowMs, answering, () => {
    return { kind: "written", api, body, ...at, replayed: true };
  });`,
        replace: `  void answering;
  reply({ kind: "written", api, body, ...at, replayed: true });`,
      },
    ],
  },
  {
    name: "repeats-at-the-end",
    mistake:
      "an answer that is given again names the end of the log, not where the change took effect",
    patches: [
      {
        file: ANSWERS,
        find: "const at = { offset, epoch: batch.leaderEpoch };",
        replace: "const at = { offset: quorum.log.endOffset - 1, epoch: quorum.replica.epoch };",
      },
    ],
  },
  {
    name: "repeats-in-own-epoch",
    mistake:
      "an answer that is given again names the epoch of who gives it, not that of the change",
    patches: [
      {
        file: ANSWERS,
        find: "const at = { offset, epoch: batch.leaderEpoch };",
        replace: "const at = { offset, epoch: quorum.replica.epoch };",
      },
    ],
  },
  {
    name: "forgets-too-soon",
    mistake: "answers are forgotten ten minutes before they expire",
    patches: [
      {
        file: "src/state/decide-forget-answers.ts",
        find: "throughTimestamp: BigInt(nowMs),",
        replace: "throughTimestamp: BigInt(nowMs + 600_000),",
      },
    ],
  },
  {
    name: "forgets-the-place-only",
    mistake: "the answer that a later one replaces stays due, and takes that one with it",
    patches: [
      {
        file: WRITER,
        find: "edits.set(earlierKey, indexRow, null);",
        replace: "edits.get(earlierKey, indexRow);",
      },
    ],
  },
  {
    name: "counts-replaced-twice",
    mistake: "an answer that takes the place of another one is counted beside it",
    patches: [
      {
        file: WRITER,
        find: "...sum(before, added),",
        replace: "...sum(before, { ...added, count: 1 }),",
      },
    ],
  },
];
