// `quorate token`: access tokens. What is secret goes to the output alone, so that it can be caught in a variable.

import type { QuorateClient } from "../../src/client/quorate-client.ts";
import type { KafkaAccessTokenShown, NewAccessToken } from "../../src/client/types/security.ts";
import { tableLines } from "./table.ts";

/** What goes to the output, and what is said beside it. */
export interface Shown {
  readonly output: readonly string[];
  readonly remarks: readonly string[];
}

export async function createToken(client: QuorateClient, token: NewAccessToken): Promise<Shown> {
  const { value } = await client.accessTokens.create(token);
  return shown(value, `Access token ${value.token_id} of ${value.principal}, ${untilOf(value)}.`);
}

export async function rotateToken(
  client: QuorateClient,
  tokenId: string,
  overlapSeconds: number,
): Promise<Shown> {
  const { value } = await client.accessTokens.rotate(tokenId, { overlap_seconds: overlapSeconds });
  const before = `The secret before is good for ${overlapSeconds} s more.`;
  return shown(value, `Access token ${tokenId} has another secret. ${before}`);
}

function shown({ access_token: text }: KafkaAccessTokenShown, remark: string): Shown {
  return { output: [text], remarks: [remark, "It is shown now and never again."] };
}

export async function revokeToken(client: QuorateClient, tokenId: string): Promise<Shown> {
  await client.accessTokens.revoke(tokenId);
  return { output: [], remarks: [`Access token ${tokenId} is revoked.`] };
}

export async function tokenLines(client: QuorateClient): Promise<string[]> {
  const tokens = await client.accessTokens.list().all();
  if (tokens.length === 0) return ["There is no access token."];
  return tableLines(
    ["TOKEN", "PRINCIPAL", "CREATED", "EXPIRES", "DESCRIPTION"],
    tokens.map((token) => [
      token.token_id,
      token.principal,
      dateOf(token.created_timestamp_ms),
      token.expiration_timestamp_ms === null ? "never" : dateOf(token.expiration_timestamp_ms),
      token.description,
    ]),
  );
}

function untilOf({ expiration_timestamp_ms: atMs }: KafkaAccessTokenShown): string {
  return atMs === null ? "good until it is revoked" : `good until ${dateOf(atMs)}`;
}

function dateOf(timestampMs: number): string {
  return new Date(timestampMs).toISOString().replace(/\.\d+Z$/, "Z");
}
