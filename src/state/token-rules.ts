/** What all requests about delegation tokens have in common: whether there are any, and whose a token is. */

import { ErrorCode } from "../base/error-code.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { recordVersion } from "./metadata-version.ts";
import type { DelegationTokenState, MetadataView } from "./metadata-view.ts";
import type { TokenHmacs } from "./token-hmacs.ts";

export interface TokenContext {
  /** For example "User:alice". */
  readonly principal: string;
  /** False for who came over a channel that shows who listens the HMAC, or has itself come with a token. */
  readonly mayAsk: boolean;
  /** Null when delegation tokens are switched off. */
  readonly hmacs: TokenHmacs | null;
  readonly nowMs: number;
}

/** The timestamps of an answer that is refused before anything is looked up. */
export const NO_TIMESTAMP = -1n;

/** The HMACs, or the error code of a controller or a metadata.version without delegation tokens. */
export function tokensOf({ hmacs }: TokenContext, view: MetadataView): TokenHmacs | number {
  if (hmacs === null) return ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED;
  const supported = recordVersion("delegationToken", view.metadataVersion()) !== null;
  return supported ? hmacs : ErrorCode.UNSUPPORTED_VERSION;
}

export function isOwnerOrRenewer(
  { owner, renewers }: DelegationTokenState,
  principal: string,
): boolean {
  return owner === principal || renewers.includes(principal);
}

export function isExpired(
  { maxTimestampMs, expirationTimestampMs }: DelegationTokenState,
  nowMs: number,
): boolean {
  return maxTimestampMs < nowMs || expirationTimestampMs < nowMs;
}

export function tokenRecord({
  issueTimestampMs,
  maxTimestampMs,
  expirationTimestampMs,
  ...token
}: DelegationTokenState): NewRecord {
  return {
    type: "delegationToken",
    version: 0,
    data: {
      ...token,
      issueTimestamp: BigInt(issueTimestampMs),
      maxTimestamp: BigInt(maxTimestampMs),
      expirationTimestamp: BigInt(expirationTimestampMs),
    },
  };
}

export function removeTokenRecord(tokenId: string): NewRecord {
  return { type: "removeDelegationToken", version: 0, data: { tokenId } };
}
