/** Replay of what is remembered of changes: answers by principal and key, and when each may be forgotten. */

import type { OwnRecord } from "../protocol/own-record.ts";
import type { RowEdits } from "./row-edits.ts";
import { KeyRanges, keyOfAnswerDue, RowKeys } from "./row-key.ts";
import { answerOf, recordRow } from "./rows/record-row.ts";
import { indexRow } from "./rows/small-rows.ts";

type RecordOf<N extends OwnRecord["type"]> = Extract<OwnRecord, { type: N }>;

export function rememberAnswer(edits: RowEdits, record: RecordOf<"rememberedAnswer">): void {
  const { principal, key, expirationTimestamp } = record.data;
  const rowKey = RowKeys.answer(principal, key);
  const earlier = edits.get(rowKey, recordRow);
  if (earlier !== null) {
    const dueKey = RowKeys.answerDue(answerOf(earlier).expirationTimestampMs, rowKey);
    edits.set(dueKey, indexRow, null);
  }
  edits.set(rowKey, recordRow, record);
  edits.set(RowKeys.answerDue(Number(expirationTimestamp), rowKey), indexRow, true);
}

export function forgetAnswers(
  edits: RowEdits,
  { throughTimestamp, maxAnswers }: RecordOf<"forgetAnswers">["data"],
): void {
  const due = edits.keys(KeyRanges.answersDue(Number(throughTimestamp))).sort();
  for (const dueKey of due.slice(0, maxAnswers)) {
    edits.set(dueKey, indexRow, null);
    edits.set(keyOfAnswerDue(dueKey), recordRow, null);
  }
}
