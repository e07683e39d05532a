/** RenewDelegationToken and ExpireDelegationToken (KIP-48), and what becomes of tokens that nobody renews. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { answerOnly, type Decision } from "./decision.ts";
import type { DelegationTokenState, MetadataView } from "./metadata-view.ts";
import {
  isExpired,
  isOwnerOrRenewer,
  NO_TIMESTAMP,
  removeTokenRecord,
  type TokenContext,
  tokenRecord,
  tokensOf,
} from "./token-rules.ts";

type RenewResponse = ResponseInit<"renewDelegationToken">;
type ExpireResponse = ResponseInit<"expireDelegationToken">;

export interface RenewTokenContext extends TokenContext {
  /** How long a token is good for without being renewed. */
  readonly expiryTimeMs: number;
}

/** Tokens that are removed in one go. */
const MAX_REMOVED = 1000;

/**
 * Error codes: DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, DELEGATION_TOKEN_AUTH_DISABLED, UNSUPPORTED_VERSION,
 * DELEGATION_TOKEN_NOT_FOUND, DELEGATION_TOKEN_EXPIRED, DELEGATION_TOKEN_OWNER_MISMATCH.
 */
export function decideRenewDelegationToken(
  { hmac, renewPeriodMs }: RequestOf<"renewDelegationToken">,
  view: MetadataView,
  context: RenewTokenContext,
): Decision<RenewResponse> {
  const { principal, nowMs, expiryTimeMs } = context;
  const token = findToken(hmac, view, context);
  if ("errorCode" in token) return answerOnly(token);
  if (isExpired(token, nowMs)) return failed(ErrorCode.DELEGATION_TOKEN_EXPIRED);
  if (!isOwnerOrRenewer(token, principal)) {
    return failed(ErrorCode.DELEGATION_TOKEN_OWNER_MISMATCH);
  }
  const periodMs =
    renewPeriodMs > 0n ? Math.min(expiryTimeMs, Number(renewPeriodMs)) : expiryTimeMs;
  return withExpiry(token, nowMs + periodMs);
}

/**
 * A negative period removes the token at once. Error codes: those of a renewal; only a token that is to be kept must
 * not have expired.
 */
export function decideExpireDelegationToken(
  { hmac, expiryTimePeriodMs }: RequestOf<"expireDelegationToken">,
  view: MetadataView,
  context: TokenContext,
): Decision<ExpireResponse> {
  const { principal, nowMs } = context;
  const token = findToken(hmac, view, context);
  if ("errorCode" in token) return answerOnly(token);
  if (!isOwnerOrRenewer(token, principal)) {
    return failed(ErrorCode.DELEGATION_TOKEN_OWNER_MISMATCH);
  }
  if (expiryTimePeriodMs < 0n) {
    const response = { errorCode: ErrorCode.NONE, expiryTimestampMs: BigInt(nowMs) };
    return { records: [removeTokenRecord(token.tokenId)], atomic: true, response };
  }
  if (isExpired(token, nowMs)) return failed(ErrorCode.DELEGATION_TOKEN_EXPIRED);
  return withExpiry(token, nowMs + Number(expiryTimePeriodMs));
}

/** Removes tokens that have expired; `again` when there may be more of them than fit. */
export function decideRemoveExpiredTokens(
  view: MetadataView,
  nowMs: number,
): (Pick<Decision<unknown>, "records" | "atomic"> & { readonly again: boolean }) | null {
  const expired: string[] = [];
  for (const token of view.delegationTokens()) {
    if (isExpired(token, nowMs)) expired.push(token.tokenId);
    if (expired.length === MAX_REMOVED) break;
  }
  if (expired.length === 0) return null;
  const again = expired.length === MAX_REMOVED;
  return { records: expired.map(removeTokenRecord), atomic: false, again };
}

function findToken(
  hmac: Uint8Array,
  view: MetadataView,
  context: TokenContext,
): DelegationTokenState | { readonly errorCode: number; readonly expiryTimestampMs?: bigint } {
  if (!context.mayAsk) {
    const errorCode = ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED;
    return { errorCode, expiryTimestampMs: NO_TIMESTAMP };
  }
  const hmacs = tokensOf(context, view);
  if (typeof hmacs === "number") return { errorCode: hmacs };
  return hmacs.find(hmac, view) ?? { errorCode: ErrorCode.DELEGATION_TOKEN_NOT_FOUND };
}

function failed(errorCode: number): Decision<{ readonly errorCode: number }> {
  return answerOnly({ errorCode });
}

/** The token with another expiration, which is never behind its end. */
function withExpiry(
  token: DelegationTokenState,
  wantedMs: number,
): Decision<{ readonly errorCode: number; readonly expiryTimestampMs: bigint }> {
  const expirationTimestampMs = Math.min(token.maxTimestampMs, wantedMs);
  return {
    records: [tokenRecord({ ...token, expirationTimestampMs })],
    atomic: true,
    response: { errorCode: ErrorCode.NONE, expiryTimestampMs: BigInt(expirationTimestampMs) },
  };
}
