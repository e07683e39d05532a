/**
 * The header `Idempotency-Key`: the name under which a client may send a change again without making it twice. The
 * controllers remember the answer with the change; here the key is read, and what is asked for becomes a fingerprint.
 */

import { type Uuid, uuidFromBytes } from "../../src/base/uuid.ts";
import type { Idempotency } from "../../src/controller/sender.ts";
import { badRequest } from "./kafka-error.ts";
import { newUuid } from "./kafka-uuid.ts";

export const IDEMPOTENCY_KEY = "Idempotency-Key";
const CLIENT_RETENTION_MS = 3_600_000;
/** Longer than the gateway sends a change again. */
export const OWN_RETENTION_MS = 20_000;
const KEY = /^[\x21-\x7e]{1,255}$/;
const FINGERPRINT_BYTES = 32;
const SECRET_ITERATIONS = 8192;

/** What the fingerprint of a request is made of. */
export interface Fingerprinted {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  /** The fields of the body that nobody may guess from a fingerprint. */
  readonly secrets: readonly string[];
}

/** The key that a client has given, or null; throws 400 for a text that cannot be one. */
export function clientKey(headers: Headers): string | null {
  const key = headers.get(IDEMPOTENCY_KEY);
  if (key === null || KEY.test(key)) return key;
  throw badRequest(`The header ${IDEMPOTENCY_KEY} must have 1 to 255 visible ASCII characters.`);
}

/** The idempotency that a client asks for. */
export async function clientIdempotency(key: string, asked: Fingerprinted): Promise<Idempotency> {
  return { key, fingerprint: await fingerprint(key, asked), retentionMs: CLIENT_RETENTION_MS };
}

/** Lets the gateway itself send a change again. No other request has the key, so there is nothing to compare. */
export function ownIdempotency(): Idempotency {
  const fingerprint = new Uint8Array(FINGERPRINT_BYTES);
  return { key: `gateway:${newUuid()}`, fingerprint, retentionMs: OWN_RETENTION_MS };
}

/** A UUID that is the same whenever the same is asked for under the same key. */
export async function uuidOf({ key, fingerprint }: Idempotency, label: string): Promise<Uuid> {
  const name = new TextEncoder().encode(`${label}\n${key}\n${fingerprint.join(".")}`);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", name));
  const bytes = digest.subarray(0, 16);
  // Version 4 in form; the first bit keeps a dash away from the front, which reads as an option.
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidFromBytes(bytes);
}

async function fingerprint(key: string, asked: Fingerprinted): Promise<Uint8Array> {
  const { pathname, searchParams } = new URL(asked.url);
  searchParams.sort();
  const body = await withoutSecrets(key, asked);
  const text = [asked.method, pathname, searchParams, canonicalJson(body)].join("\n");
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** Secrets as slow to guess as the salted ones that are in the log beside the fingerprint. */
async function withoutSecrets(key: string, { body, secrets }: Fingerprinted): Promise<unknown> {
  if (secrets.length === 0 || typeof body !== "object" || body === null) return body;
  const entries = Object.entries(body).map(async ([name, value]) =>
    secrets.includes(name) ? [name, await slowHash(String(value), key)] : [name, value],
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function slowHash(secret: string, salt: string): Promise<string> {
  const encoder = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", encoder.encode(secret), "PBKDF2", false, [
    "deriveBits",
  ]);
  const algorithm = {
    name: "PBKDF2",
    hash: "SHA-256",
    salt: encoder.encode(salt),
    iterations: SECRET_ITERATIONS,
  };
  const bits = await crypto.subtle.deriveBits(algorithm, material, 8 * FINGERPRINT_BYTES);
  return new Uint8Array(bits).join(".");
}

/** The same text for the same value, in whatever order its fields came. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
