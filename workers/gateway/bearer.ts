/** The header `Authorization`: `Bearer` and a token, nothing else. What a token is worth a controller decides. */

import type { Credentials } from "../../src/controller/sender.ts";
import { HttpError } from "./kafka-error.ts";

const PREFIX = "kr_";
const TOKEN_ID_LENGTH = 12;
const SECRET_LENGTH = 43;
const SECRET_START = PREFIX.length + TOKEN_ID_LENGTH + 1;
const TOKEN_LENGTH = SECRET_START + SECRET_LENGTH;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** RFC 6750: what may follow the scheme. */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** Whether a text can follow the scheme. */
export function isBearerText(text: string): boolean {
  return BEARER.exec(`Bearer ${text}`)?.[1] === text;
}

const FORM = "Allowed: one header Authorization: Bearer kr_<id>_<secret>.";

/** The parts of an access token; each is base64url, so only their lengths tell them apart. */
export interface AccessToken {
  readonly tokenId: string;
  readonly secret: string;
}

/** An answer to whoever has not proved who it is. */
export function unauthenticated(message: string): HttpError {
  return new HttpError(401, 40101, message, { "WWW-Authenticate": "Bearer" });
}

/** The text of the token that a request has shown, or null when it has no such header; throws 401 for any other header. */
export function bearerText(headers: Headers): string | null {
  const header = headers.get("Authorization");
  if (header === null) return null;
  // Several headers arrive as one, with commas; no scheme that is allowed here has any.
  if (header.includes(",")) {
    throw unauthenticated(`There is more than one header Authorization. ${FORM}`);
  }
  const text = BEARER.exec(header)?.[1];
  if (text !== undefined) return text;
  const isBearer = /^Bearer(\s|$)/i.test(header);
  throw unauthenticated(
    isBearer
      ? `The header Authorization has no token that could be one. ${FORM}`
      : `The scheme of the header Authorization is not Bearer. ${FORM}`,
  );
}

/** Takes a token apart; null when the text is none. */
export function parseToken(text: string): AccessToken | null {
  const isToken =
    text.length === TOKEN_LENGTH && text.startsWith(PREFIX) && text[SECRET_START - 1] === "_";
  if (!isToken) return null;
  const tokenId = text.slice(PREFIX.length, SECRET_START - 1);
  const secret = text.slice(SECRET_START);
  return BASE64URL.test(tokenId) && BASE64URL.test(secret) ? { tokenId, secret } : null;
}

export function tokenText({ tokenId, secret }: AccessToken): string {
  return `${PREFIX}${tokenId}_${secret}`;
}

/** SHA-256 of a secret's text: all that a controller ever gets of it. */
export async function secretHash(secret: string): Promise<Uint8Array> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return new Uint8Array(digest);
}

/** What a controller compares; null without a header. Throws 401 for a header that shows no access token. */
export async function credentialsOf(headers: Headers): Promise<Credentials | null> {
  const text = bearerText(headers);
  return text === null ? null : credentialsIn(text);
}

/** What a controller compares of the text behind `Bearer`; throws 401 when that is no access token. */
export async function credentialsIn(text: string): Promise<Credentials> {
  const token = parseToken(text);
  if (token === null) {
    throw unauthenticated(`The token of the header Authorization is no access token. ${FORM}`);
  }
  return { tokenId: token.tokenId, secretHash: await secretHash(token.secret) };
}

/** The answer to whoever shows nothing where something must be shown. */
export function missingToken(): HttpError {
  return unauthenticated(`An access token is needed. ${FORM}`);
}
