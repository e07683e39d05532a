/** The headers that every answer has. */

import type { QuorumCalls, Variables } from "./context.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** All at once, for an answer that brings none of its own: each that is set alone is a call of the platform. */
export function answerHeaders({ requestId, quorum }: Variables): Record<string, string> {
  return { "X-Request-Id": requestId, ...SECURITY_HEADERS, ...truthHeaders(quorum) };
}

/** Where the answer is true, and whether it was given before. */
export function truthHeaders({ trueAt, replayed }: QuorumCalls): Record<string, string> {
  return {
    ...(replayed ? { "Idempotency-Replayed": "true" } : {}),
    ...(trueAt === null
      ? {}
      : { "Quorate-Offset": String(trueAt.offset), "Quorate-Epoch": String(trueAt.epoch) }),
  };
}
