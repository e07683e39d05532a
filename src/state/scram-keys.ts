/** What a server keeps of a SCRAM password (RFC 5802): keys that prove a client without letting anybody be one. */

import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import type { CHash } from "@noble/hashes/utils.js";
import { encodeUtf8 } from "../base/byte-writer.ts";

/** Both mechanisms of Kafka want as many iterations at least. */
export const MIN_ITERATIONS = 4096;
export const MAX_ITERATIONS = 16_384;

/** By UserScramCredentialRecord's numbers. */
const HASHES: ReadonlyMap<number, CHash> = new Map<number, CHash>([
  [1, sha256],
  [2, sha512],
]);
const CLIENT_KEY = encodeUtf8("Client Key");
const SERVER_KEY = encodeUtf8("Server Key");

export interface ScramKeys {
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
}

export function isMechanism(mechanism: number): boolean {
  return HASHES.has(mechanism);
}

/** Null when the mechanism is unknown or the salted password is empty, which cannot be a key. */
export function scramKeys(mechanism: number, saltedPassword: Uint8Array): ScramKeys | null {
  const hash = HASHES.get(mechanism);
  if (hash === undefined || saltedPassword.length === 0) return null;
  return {
    storedKey: hash(hmac(hash, saltedPassword, CLIENT_KEY)),
    serverKey: hmac(hash, saltedPassword, SERVER_KEY),
  };
}
