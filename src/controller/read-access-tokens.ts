/** Access tokens as they may be told: without anything of their secrets. */

import { hasPreviousSecret } from "../state/access-token.ts";
import type { AccessTokenState, MetadataView } from "../state/metadata-view.ts";
import type { Page } from "./api.ts";
import { PositionReader } from "./page-position.ts";
import { takePart } from "./read-pages.ts";
import type { ReadResult } from "./read-result.ts";
import type { AccessTokenFacts } from "./sender.ts";

/** In the order of their ids, those that have expired and are not removed yet included. */
export function readAccessTokens(
  view: MetadataView,
  { after, limit }: Page,
  nowMs: number,
): ReadResult {
  const afterId = after === null ? undefined : new PositionReader(after).text();
  const { items, next } = takePart(view.accessTokens(afterId), {
    limit,
    positionOf: ({ tokenId }) => [tokenId],
  });
  return { what: "access-tokens", tokens: items.map((token) => tokenFacts(token, nowMs)), next };
}

export function readAccessToken(view: MetadataView, tokenId: string, nowMs: number): ReadResult {
  const token = view.accessToken(tokenId);
  return { what: "access-token", token: token === null ? null : tokenFacts(token, nowMs) };
}

export function tokenFacts(token: AccessTokenState, nowMs: number): AccessTokenFacts {
  const { tokenId, principal, description, createdTimestampMs, expirationTimestampMs } = token;
  return {
    tokenId,
    principal,
    description,
    createdTimestampMs,
    expirationTimestampMs: expirationTimestampMs === -1 ? null : expirationTimestampMs,
    previousExpirationTimestampMs: hasPreviousSecret(token, nowMs)
      ? token.previousExpirationTimestampMs
      : null,
  };
}
