/** Forgets remembered answers that have expired: nobody is given them any more, so it only makes room. */

import type { NewRecord } from "../protocol/metadata-record.ts";
import type { Decision } from "./decision.ts";
import type { MetadataView } from "./metadata-view.ts";

/** Rows that one batch may cost: three for each of them. */
export const MAX_FORGOTTEN_AT_ONCE = 1000;

/** A piece of what is due, or null when nothing is; `again` when there may be more. */
export function decideForgetAnswers(
  view: MetadataView,
  nowMs: number,
): (Pick<Decision<unknown>, "records" | "atomic"> & { readonly again: boolean }) | null {
  if (!isAnswerDue(view, nowMs)) return null;
  return { records: [forgetAnswersRecord(nowMs)], atomic: true, again: true };
}

export function isAnswerDue(view: MetadataView, nowMs: number): boolean {
  const dueMs = view.firstAnswerDueMs();
  return dueMs !== null && dueMs <= nowMs;
}

export function forgetAnswersRecord(nowMs: number): NewRecord {
  const data = { throughTimestamp: BigInt(nowMs), maxAnswers: MAX_FORGOTTEN_AT_ONCE };
  return { type: "forgetAnswers", version: 0, data };
}
