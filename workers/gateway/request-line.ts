/** The line of the log that each request has. */

import type { QuorumCalls } from "./context.ts";
import type { AnsweredRequest } from "./metrics/gateway-metrics.ts";

export interface Answered {
  readonly requestId: string;
  readonly quorum: QuorumCalls;
}

/** As JSON. Written by hand: each request has one, and of its texts only the method and the reason may be a client's. */
export function requestLine(
  { method, route, status, elapsedMs }: AnsweredRequest,
  { requestId, quorum }: Answered,
  reason: string | null = null,
): string {
  const { sender, trueAt } = quorum;
  const tokenId =
    sender === null || sender.credentials === null ? null : sender.credentials.tokenId;
  const of = `"event":"request","requestId":"${requestId}","method":${methodText(method)}`;
  const what = `"route":"${route}","status":${status},"ms":${elapsedMs}`;
  const who = `"tokenId":${tokenId === null ? "null" : `"${tokenId}"`}`;
  const at = `"offset":${trueAt?.offset ?? null},"epoch":${trueAt?.epoch ?? null}`;
  const why = reason === null ? "" : `,"reason":${JSON.stringify(reason)}`;
  return `{${of},${what},${who},${at}${why}}`;
}

function methodText(method: string): string {
  return method === "GET" ? '"GET"' : JSON.stringify(method);
}
