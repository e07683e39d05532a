/** What becomes of access tokens: they are created, get new secrets, are revoked, and expire. */

import { ErrorCode } from "../base/error-code.ts";
import {
  accessTokenRecord,
  isSameHash,
  isTokenExpired,
  removeAccessTokenRecord,
} from "./access-token.ts";
import { accessTokenProblem, overlapProblem } from "./access-token-rules.ts";
import { answerOnly, clipMessage, type Decision } from "./decision.ts";
import type { AccessTokenState, MetadataView } from "./metadata-view.ts";

export interface NewAccessToken {
  readonly tokenId: string;
  readonly principal: string;
  readonly secretHash: Uint8Array;
  readonly description: string;
  /** Null for one that does not expire. */
  readonly lifetimeMs: number | null;
}

export interface TokenRotation {
  readonly tokenId: string;
  readonly secretHash: Uint8Array;
  /** How long the secret before is good for. */
  readonly overlapMs: number;
}

export interface AccessTokenContext {
  readonly nowMs: number;
  readonly maxTokens?: number;
}

/** The token as it is now, or as it was when it was revoked. */
export type AccessTokenAnswer =
  | { readonly token: AccessTokenState }
  | { readonly errorCode: number; readonly message: string };

const MAX_TOKENS = 10_000;
/** Tokens that are removed in one go. */
const MAX_REMOVED = 1000;

/** Error code: INVALID_REQUEST. The same token again changes nothing. */
export function decideCreateAccessToken(
  given: NewAccessToken,
  view: MetadataView,
  { nowMs, maxTokens = MAX_TOKENS }: AccessTokenContext,
): Decision<AccessTokenAnswer> {
  const problem = accessTokenProblem(given);
  if (problem !== null) return refused(ErrorCode.INVALID_REQUEST, problem);
  const { lifetimeMs, ...facts } = given;
  const known = view.accessToken(given.tokenId);
  if (known !== null) {
    const isSame =
      isSameHash(known.secretHash, given.secretHash) && known.principal === given.principal;
    if (isSame) return answerOnly({ token: known });
    const message = `There is another access token with the id ${given.tokenId}.`;
    return refused(ErrorCode.INVALID_REQUEST, message);
  }
  if (view.accessTokenCount() >= maxTokens) {
    const message = `There are ${maxTokens} access tokens, which is all there may be. Revoke one first.`;
    return refused(ErrorCode.INVALID_REQUEST, message);
  }
  return kept({
    ...facts,
    createdTimestampMs: nowMs,
    expirationTimestampMs: lifetimeMs === null ? -1 : nowMs + lifetimeMs,
    previousSecretHash: null,
    previousExpirationTimestampMs: -1,
  });
}

/** Error codes: INVALID_REQUEST, RESOURCE_NOT_FOUND. The secret that it already has changes nothing. */
export function decideRotateAccessToken(
  { tokenId, secretHash, overlapMs }: TokenRotation,
  view: MetadataView,
  { nowMs }: AccessTokenContext,
): Decision<AccessTokenAnswer> {
  const problem = overlapProblem({ secretHash, overlapMs });
  if (problem !== null) return refused(ErrorCode.INVALID_REQUEST, problem);
  const token = view.accessToken(tokenId);
  if (token === null || isTokenExpired(token, nowMs)) return absent(tokenId);
  if (isSameHash(token.secretHash, secretHash)) return answerOnly({ token });
  // A rotation that arrives once more, late, must not undo the one behind it.
  const isReplaced =
    token.previousSecretHash !== null && isSameHash(token.previousSecretHash, secretHash);
  if (isReplaced) {
    return refused(
      ErrorCode.INVALID_REQUEST,
      "This secret is the one that the last rotation replaced.",
    );
  }
  return kept({
    ...token,
    secretHash,
    previousSecretHash: token.secretHash,
    previousExpirationTimestampMs: nowMs + overlapMs,
  });
}

/** Error code: RESOURCE_NOT_FOUND. */
export function decideRevokeAccessToken(
  tokenId: string,
  view: MetadataView,
): Decision<AccessTokenAnswer> {
  const token = view.accessToken(tokenId);
  if (token === null) return absent(tokenId);
  return { records: [removeAccessTokenRecord(tokenId)], atomic: true, response: { token } };
}

/** Removes tokens that have expired; `again` when there may be more of them than fit. */
export function decideRemoveExpiredAccessTokens(
  view: MetadataView,
  nowMs: number,
): (Pick<Decision<unknown>, "records" | "atomic"> & { readonly again: boolean }) | null {
  const expired: string[] = [];
  for (const token of view.accessTokens()) {
    if (isTokenExpired(token, nowMs)) expired.push(token.tokenId);
    if (expired.length === MAX_REMOVED) break;
  }
  if (expired.length === 0) return null;
  const again = expired.length === MAX_REMOVED;
  return { records: expired.map(removeAccessTokenRecord), atomic: false, again };
}

function kept(token: AccessTokenState): Decision<AccessTokenAnswer> {
  return { records: [accessTokenRecord(token)], atomic: true, response: { token } };
}

function absent(tokenId: string): Decision<AccessTokenAnswer> {
  return refused(ErrorCode.RESOURCE_NOT_FOUND, `There is no access token ${tokenId}.`);
}

function refused(errorCode: number, message: string): Decision<AccessTokenAnswer> {
  return answerOnly({ errorCode, message: clipMessage(message) });
}
