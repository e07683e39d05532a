// Why a command came to nothing, on one line that says what to do about it.

import { QuorateError } from "../../src/client/http/quorate-error.ts";
import { printable } from "./table.ts";

export function explain(error: unknown): string {
  if (!(error instanceof QuorateError)) {
    return printable(error instanceof Error ? error.message : String(error));
  }
  const parts = [printable(error.message).replace(/(?<![.?])$/, ".")];
  if (error.isOutcomeUnknown) {
    parts.push("It may have been done all the same: look before you repeat it.");
  }
  const advice = adviceFor(error);
  if (advice !== null) parts.push(advice);
  if (error.requestId !== null) parts.push(`(request ${error.requestId})`);
  return parts.join(" ");
}

function adviceFor({ status, retryAfterMs }: QuorateError): string | null {
  switch (status) {
    case null:
      return "Is a quorum running there? --url names another one.";
    case 401:
      return "Give a good one with --token or QUORATE_TOKEN.";
    case 403:
      return "Use a token that has the right (--token or QUORATE_TOKEN).";
    case 429:
      return `Try again in ${Math.ceil((retryAfterMs ?? 1000) / 1000)} s.`;
    case 503:
      return "See that a majority of the controllers runs, and try again.";
    default:
      return null;
  }
}
