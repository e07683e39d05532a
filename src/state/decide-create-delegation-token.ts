/** CreateDelegationToken (KIP-48, KIP-373, KIP-900): a secret that authenticates its owner until it expires. */

import { ErrorCode } from "../base/error-code.ts";
import type { Prng } from "../base/prng.ts";
import { randomUuid } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { type AuthorizedAction, Operation, ResourceType } from "./authorizer.ts";
import { answerOnly, type Decision } from "./decision.ts";
import type { MetadataView } from "./metadata-view.ts";
import { principalParts } from "./principal.ts";
import { NO_TIMESTAMP, type TokenContext, tokenRecord, tokensOf } from "./token-rules.ts";

type Request = RequestOf<"createDelegationToken">;
type Response = ResponseInit<"createDelegationToken">;

export interface CreateTokenContext extends TokenContext {
  readonly prng: Prng;
  /** Of the request; from 3 on the owner may be somebody else than who asks. */
  readonly version: number;
  readonly maxLifetimeMs: number;
  /** How long a token is good for without being renewed. */
  readonly expiryTimeMs: number;
  /** How many there may be, expired ones that are not removed yet among them; a quarter of them of one owner. */
  readonly maxTokens: number;
  authorize(action: AuthorizedAction): boolean;
}

const FIRST_VERSION_WITH_REQUESTER = 3;
const ANONYMOUS = "User:ANONYMOUS";
/** Each owner has one, of the tokens that there may be: making one's own needs no right. */
const SHARES = 4;
/** Of the names of all renewers of a token, in characters. */
const MAX_RENEWERS_LENGTH = 32_767;

/**
 * Error codes: DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, DELEGATION_TOKEN_AUTHORIZATION_FAILED,
 * DELEGATION_TOKEN_AUTH_DISABLED, UNSUPPORTED_VERSION, INVALID_PRINCIPAL_TYPE, POLICY_VIOLATION where there are as many
 * as there may be or its renewers are too many, and UNKNOWN_SERVER_ERROR for an owner without a type.
 */
export function decideCreateDelegationToken(
  request: Request,
  view: MetadataView,
  context: CreateTokenContext,
): Decision<Response> {
  const { principal, version } = context;
  const owner = ownerOf(request, principal);
  if (owner === null) {
    const nobody = { owner: ANONYMOUS, requester: ANONYMOUS, version };
    return answerOnly(refused(ErrorCode.UNKNOWN_SERVER_ERROR, nobody));
  }
  const parties = { owner, requester: principal, version };
  const refusal = permissionRefusal(owner, context);
  if (refusal !== null) return answerOnly(refused(refusal, parties));
  const hmacs = tokensOf(context, view);
  if (typeof hmacs === "number") return answerOnly(failed(hmacs, parties));
  if (request.renewers.some(({ principalType }) => principalType !== "User")) {
    return answerOnly(failed(ErrorCode.INVALID_PRINCIPAL_TYPE, parties));
  }
  if (!hasRoom(request, owner, view, context)) {
    return answerOnly(failed(ErrorCode.POLICY_VIOLATION, parties));
  }
  const { nowMs, expiryTimeMs } = context;
  const maxTimestampMs = nowMs + lifetimeMs(request, context);
  const token = {
    tokenId: randomUuid(context.prng),
    owner,
    requester: principal,
    renewers: request.renewers.map(({ principalName }) => `User:${principalName}`),
    issueTimestampMs: nowMs,
    maxTimestampMs,
    expirationTimestampMs: Math.min(maxTimestampMs, nowMs + expiryTimeMs),
  };
  const response = {
    ...partiesOf(parties),
    errorCode: ErrorCode.NONE,
    issueTimestampMs: BigInt(nowMs),
    expiryTimestampMs: BigInt(token.expirationTimestampMs),
    maxTimestampMs: BigInt(maxTimestampMs),
    tokenId: token.tokenId,
    hmac: hmacs.of(token.tokenId),
  };
  return { records: [tokenRecord(token)], atomic: true, response };
}

function hasRoom(
  { renewers }: Request,
  owner: string,
  view: MetadataView,
  { maxTokens }: CreateTokenContext,
): boolean {
  const length = renewers.reduce((sum, { principalName }) => sum + principalName.length, 0);
  const share = Math.max(1, Math.floor(maxTokens / SHARES));
  return (
    length <= MAX_RENEWERS_LENGTH &&
    view.delegationTokenCount() < maxTokens &&
    view.delegationTokenCountOf(owner) < share
  );
}

/** Whether one may ask for this token at all. */
export function mayCreateToken(
  request: Request,
  context: Pick<CreateTokenContext, "principal" | "mayAsk" | "authorize">,
): boolean {
  const owner = ownerOf(request, context.principal);
  return owner === null || permissionRefusal(owner, context) === null;
}

/** Who asks, unless somebody else is named; null when that has a name but no type. */
function ownerOf(
  { ownerPrincipalType, ownerPrincipalName }: Request,
  principal: string,
): string | null {
  if (ownerPrincipalName === null || ownerPrincipalName === "") return principal;
  return ownerPrincipalType === null ? null : `${ownerPrincipalType}:${ownerPrincipalName}`;
}

function permissionRefusal(
  owner: string,
  { principal, mayAsk, authorize }: Pick<CreateTokenContext, "principal" | "mayAsk" | "authorize">,
): number | null {
  if (!mayAsk) return ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED;
  if (owner === principal) return null;
  const allowed = authorize({
    operation: Operation.CREATE_TOKENS,
    resourceType: ResourceType.USER,
    resourceName: owner,
  });
  return allowed ? null : ErrorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED;
}

function lifetimeMs(request: Request, { maxLifetimeMs }: CreateTokenContext): number {
  return request.maxLifetimeMs > 0n
    ? Math.min(maxLifetimeMs, Number(request.maxLifetimeMs))
    : maxLifetimeMs;
}

interface Parties {
  readonly owner: string;
  readonly requester: string;
  readonly version: number;
}

function partiesOf({ owner, requester, version }: Parties): Response {
  const { type, name } = principalParts(owner);
  const answer = { principalType: type, principalName: name };
  if (version < FIRST_VERSION_WITH_REQUESTER) return answer;
  const { type: requesterType, name: requesterName } = principalParts(requester);
  return {
    ...answer,
    tokenRequesterPrincipalType: requesterType,
    tokenRequesterPrincipalName: requesterName,
  };
}

/** Refused before the controller looked at the token. */
function refused(errorCode: number, parties: Parties): Response {
  return {
    ...partiesOf(parties),
    errorCode,
    issueTimestampMs: NO_TIMESTAMP,
    expiryTimestampMs: NO_TIMESTAMP,
    maxTimestampMs: NO_TIMESTAMP,
  };
}

/** Refused by the controller, with timestamps of 0. */
function failed(errorCode: number, parties: Parties): Response {
  return { ...partiesOf(parties), errorCode };
}
