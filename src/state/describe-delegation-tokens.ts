/** DescribeDelegationToken (KIP-48, KIP-373): the tokens that a principal may see, with their HMACs. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { type AuthorizedAction, Operation, ResourceType } from "./authorizer.ts";
import type { DelegationTokenState, MetadataView } from "./metadata-view.ts";
import { principalParts } from "./principal.ts";
import { isOwnerOrRenewer, type TokenContext } from "./token-rules.ts";

type Response = ResponseInit<"describeDelegationToken">;
type Described = NonNullable<Response["tokens"]>[number];

export interface DescribeTokensContext extends Omit<TokenContext, "nowMs"> {
  /** Of the request; from 3 on the answer says who asked for a token. */
  readonly version: number;
  authorize(action: AuthorizedAction): boolean;
}

const FIRST_VERSION_WITH_REQUESTER = 3;

/**
 * Tokens of every owner when `owners` is null. Error codes: DELEGATION_TOKEN_REQUEST_NOT_ALLOWED,
 * DELEGATION_TOKEN_AUTH_DISABLED.
 */
export function describeDelegationTokens(
  { owners }: RequestOf<"describeDelegationToken">,
  view: MetadataView,
  context: DescribeTokensContext,
): Response {
  const { mayAsk, hmacs, version } = context;
  if (!mayAsk) return { errorCode: ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED };
  if (hmacs === null) return { errorCode: ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED };
  const wanted =
    owners &&
    new Set(owners.map(({ principalType, principalName }) => `${principalType}:${principalName}`));
  const tokens: Described[] = [];
  for (const token of view.delegationTokens()) {
    const parties = [token.owner, ...token.renewers];
    if (wanted !== null && !parties.some((principal) => wanted.has(principal))) continue;
    if (!maySeeToken(token, context)) continue;
    tokens.push({ ...describe(token, version), hmac: hmacs.of(token.tokenId) });
  }
  return { errorCode: ErrorCode.NONE, tokens };
}

/** Whether a principal may see a token, and so its HMAC: the owner, a renewer, or whoever has the right to. */
export function maySeeToken(
  token: DelegationTokenState,
  { principal, authorize }: Pick<DescribeTokensContext, "principal" | "authorize">,
): boolean {
  if (isOwnerOrRenewer(token, principal)) return true;
  return (
    authorize({
      operation: Operation.DESCRIBE,
      resourceType: ResourceType.DELEGATION_TOKEN,
      resourceName: token.tokenId,
    }) ||
    authorize({
      operation: Operation.DESCRIBE_TOKENS,
      resourceType: ResourceType.USER,
      resourceName: token.owner,
    })
  );
}

function describe(token: DelegationTokenState, version: number): Described {
  const owner = principalParts(token.owner);
  const requester = principalParts(token.requester);
  return {
    principalType: owner.type,
    principalName: owner.name,
    ...(version < FIRST_VERSION_WITH_REQUESTER
      ? {}
      : {
          tokenRequesterPrincipalType: requester.type,
          tokenRequesterPrincipalName: requester.name,
        }),
    issueTimestamp: BigInt(token.issueTimestampMs),
    expiryTimestamp: BigInt(token.expirationTimestampMs),
    maxTimestamp: BigInt(token.maxTimestampMs),
    tokenId: token.tokenId,
    renewers: token.renewers.map((renewer) => {
      const { type, name } = principalParts(renewer);
      return { principalType: type, principalName: name };
    }),
  };
}
