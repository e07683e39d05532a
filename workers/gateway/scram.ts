/** What a controller wants to know of a SCRAM password (RFC 5802): never the password itself. */

const HASHES = { "SCRAM-SHA-256": "SHA-256", "SCRAM-SHA-512": "SHA-512" } as const;
const HASH_BYTES = { "SCRAM-SHA-256": 32, "SCRAM-SHA-512": 64 } as const;
const SALT_BYTES = 24;

export type ScramMechanism = keyof typeof HASHES;

/** In the order of UserScramCredentialRecord's numbers, which begin at 1. */
export const SCRAM_MECHANISMS = ["SCRAM-SHA-256", "SCRAM-SHA-512"] as const;

export function scramMechanismNumber(mechanism: ScramMechanism): number {
  return SCRAM_MECHANISMS.indexOf(mechanism) + 1;
}

export interface Salted {
  readonly salt: Uint8Array;
  readonly saltedPassword: Uint8Array;
}

/** Salts a password: PBKDF2 with HMAC of the mechanism's hash. */
export async function saltPassword(
  password: string,
  { mechanism, iterations }: { readonly mechanism: ScramMechanism; readonly iterations: number },
): Promise<Salted> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const secret = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: HASHES[mechanism], salt, iterations };
  const bits = await crypto.subtle.deriveBits(algorithm, key, 8 * HASH_BYTES[mechanism]);
  return { salt, saltedPassword: new Uint8Array(bits) };
}

/** How long a salted password of the mechanism is. */
export function saltedBytes(mechanism: ScramMechanism): number {
  return HASH_BYTES[mechanism];
}
