/**
 * The way into a deployment that has no cluster yet: a secret of the Worker, BOOTSTRAP_TOKEN, which creates the cluster and
 * is good for nothing else. The first access token follows from it and from the id of the cluster, so that a create that
 * was cut off can be sent again and shows the same one.
 */

import type { FirstAccessToken } from "../../src/controller/sender.ts";
import { type Access, MIN_BOOTSTRAP_TOKEN_LENGTH } from "./access.ts";
import { type AccessToken, isBearerText, secretHash, unauthenticated } from "./bearer.ts";
import type { HttpError } from "./kafka-error.ts";

/** Whose the first access token is, unless told otherwise. */
export const ADMIN = "User:admin";
export const TOKEN_ID_BYTES = 9;
const HMAC = { name: "HMAC", hash: "SHA-256" } as const;

/** Whether a request has shown the bootstrap token. */
export async function isBootstrapToken(text: string, access: Access): Promise<boolean> {
  const secret = usableToken(access);
  return secret !== null && (await isSame(text, secret));
}

/** Why nobody can create a cluster here, or not with what was shown. */
export function bootstrapProblem(access: Access): HttpError {
  const put = `npx wrangler secret put BOOTSTRAP_TOKEN (at least ${MIN_BOOTSTRAP_TOKEN_LENGTH} characters)`;
  if (access.bootstrapToken === null) {
    return unauthenticated(
      `This deployment has no secret BOOTSTRAP_TOKEN, so nobody can create a cluster. Set it: ${put}.`,
    );
  }
  if (usableToken(access) === null) {
    return unauthenticated(`The secret BOOTSTRAP_TOKEN is too short. Set another: ${put}.`);
  }
  if (!isBearerText(access.bootstrapToken)) {
    return unauthenticated(
      `The secret BOOTSTRAP_TOKEN has characters that no header Authorization can carry. Set another of letters and digits: ${put}.`,
    );
  }
  return unauthenticated(
    "Creating the cluster needs the bootstrap token. Allowed: one header Authorization: Bearer <the secret BOOTSTRAP_TOKEN of this deployment>.",
  );
}

/** The first access token of a cluster: its text, and what the controllers are told of it. */
export async function firstToken(
  bootstrapToken: string,
  clusterId: string,
  principal: string,
): Promise<{ readonly token: AccessToken; readonly first: FirstAccessToken }> {
  const id = await hmac(bootstrapToken, `id ${clusterId}`);
  const tokenId = tokenIdOf(id.subarray(0, TOKEN_ID_BYTES));
  const secret = base64url(await hmac(bootstrapToken, clusterId));
  const hash = toHex(await secretHash(secret));
  return { token: { tokenId, secret }, first: { tokenId, principal, secretHash: hash } };
}

/** The id of a token. A dash in front would read as an option on a command line. */
export function tokenIdOf(bytes: Uint8Array): string {
  return base64url(bytes).replace(/^-/, "A");
}

/** Bytes as text that needs no escaping. */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function usableToken({ bootstrapToken }: Access): string | null {
  if (bootstrapToken === null || bootstrapToken.length < MIN_BOOTSTRAP_TOKEN_LENGTH) return null;
  return bootstrapToken;
}

/** Compares by MACs under a key of this moment, which takes as long for a near miss as for any other. */
async function isSame(left: string, right: string): Promise<boolean> {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const material = await crypto.subtle.importKey("raw", key, HMAC, false, ["sign", "verify"]);
  const encoder = new TextEncoder();
  const signature = await crypto.subtle.sign("HMAC", material, encoder.encode(right));
  return crypto.subtle.verify("HMAC", material, signature, encoder.encode(left));
}

async function hmac(key: string, text: string): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", encoder.encode(key), HMAC, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", material, encoder.encode(text)));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
