/** What an access token must look like: what is wrong with one is told in words for who asked for it. */

import { WILDCARD_PRINCIPAL } from "./authorizer.ts";

const HASH_BYTES = 32;
const MAX_PRINCIPAL_LENGTH = 255;
const MAX_DESCRIPTION_LENGTH = 1000;
const MIN_LIFETIME_MS = 1000;
const MAX_LIFETIME_MS = 10 * 365 * 24 * 3_600_000;
const MAX_OVERLAP_MS = 7 * 24 * 3_600_000;

export interface AskedToken {
  readonly tokenId: string;
  readonly principal: string;
  readonly secretHash: Uint8Array;
  readonly description: string;
  readonly lifetimeMs: number | null;
}

/** Null when all is well. */
export function accessTokenProblem(asked: AskedToken): string | null {
  const { tokenId, principal, secretHash, description, lifetimeMs } = asked;
  if (!/^[A-Za-z0-9_-]{12}$/.test(tokenId)) {
    return "The id of an access token has 12 letters, digits, '-' or '_'.";
  }
  if (secretHash.length !== HASH_BYTES) return "The hash of a secret has 32 bytes.";
  if (description.length > MAX_DESCRIPTION_LENGTH || !description.isWellFormed()) {
    return `A description has at most ${MAX_DESCRIPTION_LENGTH} characters.`;
  }
  if (lifetimeMs !== null && !isWithin(lifetimeMs, MIN_LIFETIME_MS, MAX_LIFETIME_MS)) {
    return `The lifetime of an access token is ${MIN_LIFETIME_MS} to ${MAX_LIFETIME_MS} ms, or none.`;
  }
  return principalProblem(principal);
}

/** Null when all is well. */
export function overlapProblem({
  secretHash,
  overlapMs,
}: {
  readonly secretHash: Uint8Array;
  readonly overlapMs: number;
}): string | null {
  if (secretHash.length !== HASH_BYTES) return "The hash of a secret has 32 bytes.";
  if (isWithin(overlapMs, 0, MAX_OVERLAP_MS)) return null;
  return `The secret before is good for 0 to ${MAX_OVERLAP_MS} ms more.`;
}

/** Type and name, as in ACLs; not everybody at once. */
function principalProblem(principal: string): string | null {
  const isPrincipal =
    /^[A-Za-z][A-Za-z0-9]*:[^\p{Cc}]+$/u.test(principal) &&
    principal.length <= MAX_PRINCIPAL_LENGTH &&
    principal.isWellFormed() &&
    principal !== WILDCARD_PRINCIPAL;
  if (isPrincipal) return null;
  return `A principal has a type and a name, such as User:alice, and at most ${MAX_PRINCIPAL_LENGTH} characters.`;
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max;
}
