/** Access tokens of the HTTP API: when one is good, and the record that keeps it. */

import type { NewRecord } from "../protocol/metadata-record.ts";
import type { AccessTokenState } from "./metadata-view.ts";

/** SHA-256 of no secret that anybody could find: what is compared when there is nothing to compare with. */
const NOBODYS_HASH = new Uint8Array(32);

export function isTokenExpired(
  { expirationTimestampMs }: AccessTokenState,
  nowMs: number,
): boolean {
  return expirationTimestampMs !== -1 && expirationTimestampMs <= nowMs;
}

/** Whether the secret before the last rotation is still good. */
export function hasPreviousSecret(token: AccessTokenState, nowMs: number): boolean {
  return token.previousSecretHash !== null && token.previousExpirationTimestampMs > nowMs;
}

/**
 * True when this is the SHA-256 of a good secret of the token. Takes the same steps whether there is such a token or not,
 * and however much of the hash is right.
 */
export function provesToken(
  token: AccessTokenState | null,
  secretHash: Uint8Array,
  nowMs: number,
): token is AccessTokenState {
  const isCurrent = isSameHash(token?.secretHash ?? NOBODYS_HASH, secretHash);
  const isPrevious = isSameHash(token?.previousSecretHash ?? NOBODYS_HASH, secretHash);
  if (token === null || isTokenExpired(token, nowMs)) return false;
  return isCurrent || (isPrevious && hasPreviousSecret(token, nowMs));
}

/** Compares to the last byte. */
export function isSameHash(known: Uint8Array, shown: Uint8Array): boolean {
  let difference = known.length ^ shown.length;
  for (let index = 0; index < known.length; index++) {
    difference |= (known[index] ?? 0) ^ (shown[index] ?? 0);
  }
  return difference === 0;
}

export function accessTokenRecord({
  createdTimestampMs,
  expirationTimestampMs,
  previousExpirationTimestampMs,
  ...token
}: AccessTokenState): NewRecord {
  return {
    type: "accessToken",
    version: 0,
    data: {
      ...token,
      createdTimestamp: BigInt(createdTimestampMs),
      expirationTimestamp: BigInt(expirationTimestampMs),
      previousExpirationTimestamp: BigInt(previousExpirationTimestampMs),
    },
  };
}

export function removeAccessTokenRecord(tokenId: string): NewRecord {
  return { type: "removeAccessToken", version: 0, data: { tokenId } };
}
