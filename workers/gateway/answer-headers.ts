/** The headers that every answer has. */

import type { QuorumCalls } from "./context.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** All at once, for an answer that brings none of its own: each that is set alone is a call of the platform. */
export function answerHeaders(requestId: string, quorum: QuorumCalls): Record<string, string> {
  const headers: Record<string, string> = { "X-Request-Id": requestId, ...SECURITY_HEADERS };
  return Object.assign(headers, truthHeaders(quorum));
}

/** Where the answer is true, and whether it was given before. */
export function truthHeaders({ trueAt, replayed }: QuorumCalls): Record<string, string> {
  const headers: Record<string, string> = {};
  if (replayed) headers["Idempotency-Replayed"] = "true";
  if (trueAt !== null) {
    headers["Quorate-Offset"] = String(trueAt.offset);
    headers["Quorate-Epoch"] = String(trueAt.epoch);
  }
  return headers;
}
