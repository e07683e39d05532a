/** What a client is told when a controller has not done what it was asked. */

import type { ApiReply } from "../../src/controller/api.ts";
import { unauthenticated } from "./bearer.ts";
import { badRequest, HttpError, kafkaError, unavailable } from "./kafka-error.ts";
import type { LeaderOutcome } from "./leader.ts";

export class NotFormattedError extends HttpError {
  constructor() {
    super(404, 404, "There is no cluster yet. POST /kafka/v3/clusters creates it.");
  }
}

/** The reply of the active controller; throws when there is none. */
export function replyOf(outcome: LeaderOutcome): ApiReply {
  switch (outcome.kind) {
    case "answered":
      // A refusal of the sender says nothing of the try before it, which may have been let in.
      if (outcome.isRepeated && refusesSender(outcome.reply)) throw outcomeUnknown();
      return outcome.reply;
    case "not-formatted":
      throw new NotFormattedError();
    case "no-leader":
      throw unavailable("No controller is active at the moment. Nothing was changed.");
    case "unknown":
      throw outcomeUnknown();
  }
}

/** Whether a request was turned away for whose it is, before anybody looked at whether it has been done. */
function refusesSender(reply: ApiReply): boolean {
  if (reply.kind === "refused") return reply.error.endsWith("_AUTHORIZATION_FAILED");
  return reply.kind === "unauthenticated" || reply.kind === "throttled";
}

function outcomeUnknown(): HttpError {
  return unavailable(
    "The outcome is unknown: the active controller was lost before it answered. Look before you repeat the request, or repeat it with the Idempotency-Key that it had.",
  );
}

/** The error that a reply amounts to; null for one that is an answer. */
export function replyError(reply: ApiReply): HttpError | null {
  switch (reply.kind) {
    case "refused":
      return kafkaError(reply.error, reply.message);
    case "unauthenticated":
      return unauthenticated(reply.message);
    case "throttled":
      return throttled(reply.retryAfterMs);
    case "key-reused":
      return new HttpError(422, 42201, reply.message);
    case "precondition-failed":
      return changed(reply.etag);
    case "offset-refused":
      return badRequest(reply.message);
    default:
      return null;
  }
}

function throttled(retryAfterMs: number): HttpError {
  const seconds = Math.max(Math.ceil(retryAfterMs / 1000), 1);
  const message = "Too many requests with the tokens of this principal. Nothing was changed.";
  return new HttpError(429, 42902, message, { "Retry-After": String(seconds) });
}

function changed(etag: string): HttpError {
  const message = `The resource has changed: its ETag is "${etag}". Nothing was changed.`;
  return new HttpError(412, 41201, message, { ETag: `"${etag}"` });
}
