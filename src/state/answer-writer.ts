/** Replay of what is remembered of changes: answers by principal and key, when each may be forgotten, how many there are and of whom. */

import type { OwnRecord } from "../protocol/own-record.ts";
import { addToCount } from "./count-rows.ts";
import type { RowEdits } from "./row-edits.ts";
import {
  countKeyOfAnswer,
  KeyRanges,
  keyOfAnswerDue,
  RowKeys,
  timeOfAnswerDue,
} from "./row-key.ts";
import { answerOf, recordRow } from "./rows/record-row.ts";
import { type AnswersSummary, answersSummaryRow, indexRow } from "./rows/small-rows.ts";

type RecordOf<N extends OwnRecord["type"]> = Extract<OwnRecord, { type: N }>;

const NO_ANSWERS: AnswersSummary = { count: 0, noneDueBeforeMs: Number.MAX_SAFE_INTEGER };

/** Instead of what is remembered under that key, if anything. */
export function rememberAnswer(edits: RowEdits, record: RecordOf<"rememberedAnswer">): void {
  const { principal, key } = record.data;
  const dueMs = Number(record.data.expirationTimestamp);
  const rowKey = RowKeys.answer(principal, key);
  const earlier = edits.get(rowKey, recordRow);
  if (earlier !== null) {
    const earlierKey = RowKeys.answerDue(answerOf(earlier).expirationTimestampMs, rowKey);
    edits.set(earlierKey, indexRow, null);
  }
  edits.set(rowKey, recordRow, record);
  edits.set(RowKeys.answerDue(dueMs, rowKey), indexRow, true);
  if (earlier === null) addToCount(edits, RowKeys.answersOf(principal), 1);
  const { count, noneDueBeforeMs } = summaryOf(edits);
  edits.set(RowKeys.answersSummary, answersSummaryRow, {
    count: earlier === null ? count + 1 : count,
    noneDueBeforeMs: Math.min(noneDueBeforeMs, dueMs),
  });
}

/** Those that expire first, of those that have expired. */
export function forgetAnswers(
  edits: RowEdits,
  { throughTimestamp, maxAnswers }: RecordOf<"forgetAnswers">["data"],
): void {
  const throughMs = Number(throughTimestamp);
  const { count, noneDueBeforeMs } = summaryOf(edits);
  const due = edits.firstKeys(KeyRanges.answersDue(noneDueBeforeMs, throughMs), maxAnswers);
  const last = due.at(-1);
  if (last === undefined) return;
  for (const dueKey of due) {
    const rowKey = keyOfAnswerDue(dueKey);
    edits.set(dueKey, indexRow, null);
    edits.set(rowKey, recordRow, null);
    addToCount(edits, countKeyOfAnswer(rowKey), -1);
  }
  edits.set(RowKeys.answersSummary, answersSummaryRow, {
    count: count - due.length,
    noneDueBeforeMs: due.length < maxAnswers ? throughMs + 1 : timeOfAnswerDue(last),
  });
}

function summaryOf(edits: RowEdits): AnswersSummary {
  return edits.get(RowKeys.answersSummary, answersSummaryRow) ?? NO_ANSWERS;
}
