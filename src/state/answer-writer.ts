/** Replay of what is remembered of changes: answers by principal and key, when each may be forgotten, how many there are, how large, and of whom. */

import { assert, present } from "../base/assert.ts";
import type { OwnRecord } from "../protocol/own-record.ts";
import type { RowEdits } from "./row-edits.ts";
import {
  countKeyOfAnswer,
  KeyRanges,
  keyOfAnswerDue,
  RowKeys,
  timeOfAnswerDue,
} from "./row-key.ts";
import { answerOf, recordRow } from "./rows/record-row.ts";
import {
  type AnswersShare,
  type AnswersSummary,
  answersShareRow,
  answersSummaryRow,
  indexRow,
} from "./rows/small-rows.ts";
import type { RowKey } from "./versioned-store.ts";

type RecordOf<N extends OwnRecord["type"]> = Extract<OwnRecord, { type: N }>;

const NO_ANSWERS: AnswersSummary = {
  count: 0,
  bytes: 0,
  noneDueBeforeMs: Number.MAX_SAFE_INTEGER,
};
const NO_SHARE: AnswersShare = { count: 0, bytes: 0 };

/** Instead of what is remembered under that key, if anything. */
export function rememberAnswer(edits: RowEdits, record: RecordOf<"rememberedAnswer">): void {
  const { principal, key } = record.data;
  const dueMs = Number(record.data.expirationTimestamp);
  const rowKey = RowKeys.answer(principal, key);
  const earlier = edits.get(rowKey, recordRow);
  const added = { count: 1, bytes: record.data.answer.length };
  if (earlier !== null) {
    const { expirationTimestampMs, answer } = answerOf(earlier);
    const earlierKey = RowKeys.answerDue(expirationTimestampMs, rowKey);
    edits.set(earlierKey, indexRow, null);
    added.count = 0;
    added.bytes -= answer.length;
  }
  edits.set(rowKey, recordRow, record);
  edits.set(RowKeys.answerDue(dueMs, rowKey), indexRow, true);
  addToShare(edits, RowKeys.answersOf(principal), added);
  const { noneDueBeforeMs, ...before } = summaryOf(edits);
  edits.set(RowKeys.answersSummary, answersSummaryRow, {
    ...sum(before, added),
    noneDueBeforeMs: Math.min(noneDueBeforeMs, dueMs),
  });
}

/** Those that expire first, of those that have expired. */
export function forgetAnswers(
  edits: RowEdits,
  { throughTimestamp, maxAnswers }: RecordOf<"forgetAnswers">["data"],
): void {
  const throughMs = Number(throughTimestamp);
  const { noneDueBeforeMs, ...before } = summaryOf(edits);
  const due = edits.firstKeys(KeyRanges.answersDue(noneDueBeforeMs, throughMs), maxAnswers);
  const last = due.at(-1);
  if (last === undefined) return;
  let bytes = 0;
  for (const dueKey of due) {
    const rowKey = keyOfAnswerDue(dueKey);
    const known = present(edits.get(rowKey, recordRow), `Cannot forget ${rowKey}: unknown`);
    const { length } = answerOf(known).answer;
    edits.set(dueKey, indexRow, null);
    edits.set(rowKey, recordRow, null);
    addToShare(edits, countKeyOfAnswer(rowKey), { count: -1, bytes: -length });
    bytes += length;
  }
  edits.set(RowKeys.answersSummary, answersSummaryRow, {
    ...sum(before, { count: -due.length, bytes: -bytes }),
    noneDueBeforeMs: due.length < maxAnswers ? throughMs + 1 : timeOfAnswerDue(last),
  });
}

function summaryOf(edits: RowEdits): AnswersSummary {
  return edits.get(RowKeys.answersSummary, answersSummaryRow) ?? NO_ANSWERS;
}

/** A share that comes to nothing has no row. */
function addToShare(edits: RowEdits, key: RowKey, added: AnswersShare): void {
  const share = sum(edits.get(key, answersShareRow) ?? NO_SHARE, added);
  assert(share.count >= 0, `Cannot count ${key} down to ${share.count}`);
  edits.set(key, answersShareRow, share.count === 0 ? null : share);
}

/** Of answers that an earlier build has remembered the size was not counted. */
function sum(a: AnswersShare, b: AnswersShare): AnswersShare {
  return { count: a.count + b.count, bytes: Math.max(a.bytes + b.bytes, 0) };
}
