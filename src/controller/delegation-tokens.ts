/**
 * Delegation tokens as the HTTP API has them (KIP-48): named by their ids, where Kafka's requests show the HMAC. It follows
 * from the id and a key that controllers have, so it is shown and filled in for who may see it, and kept nowhere.
 */

import type { ResponseOf } from "../protocol/apis.ts";
import { maySeeToken } from "../state/describe-delegation-tokens.ts";
import type { DelegationTokenState, MetadataView } from "../state/metadata-view.ts";
import type { TokenHmacs } from "../state/token-hmacs.ts";
import type { ApiRequest, MetadataRead, WriteApi } from "./api.ts";
import type { Caller } from "./caller.ts";
import { PositionReader } from "./page-position.ts";
import type { QuorumController } from "./quorum-controller.ts";
import { takeVisible } from "./read-pages.ts";
import type { DelegationTokenFacts, ReadResult } from "./read-result.ts";

/** Nobody needs a right to ask, and whoever likes can make more of them. */
const MAX_LOOKED_AT = 1000;
const NO_HMAC = new Uint8Array(0);

interface Reader {
  readonly tokenHmacs: TokenHmacs | null;
  readonly caller: Caller;
}

/** In the order of their ids, those that have expired and are not removed yet included. */
export function readDelegationTokens(
  view: MetadataView,
  { owner, page }: Extract<MetadataRead, { what: "delegation-tokens" }>,
  { tokenHmacs, caller }: Reader,
): ReadResult {
  const what = "delegation-tokens";
  if (tokenHmacs === null) return { what, disabled: true, tokens: [], shown: null, next: null };
  const afterId = page.after === null ? undefined : new PositionReader(page.after).text();
  const { items, shown, next } = takeVisible(view.delegationTokens(afterId), {
    limit: page.limit,
    maxLookedAt: MAX_LOOKED_AT,
    positionOf: ({ tokenId }) => [tokenId],
    isWanted: (token) => owner === null || token.owner === owner,
    maySee: (token) => maySee(token, caller),
  });
  const tokens = items.map((token) => factsOf(token, tokenHmacs));
  return { what, disabled: false, tokens, shown, next };
}

export function readDelegationToken(
  view: MetadataView,
  tokenId: string,
  { tokenHmacs, caller }: Reader,
): ReadResult {
  const what = "delegation-token";
  if (tokenHmacs === null) return { what, disabled: true, token: null };
  const token = view.delegationToken(tokenId);
  const isShown = token !== null && maySee(token, caller);
  return { what, disabled: false, token: isShown ? factsOf(token, tokenHmacs) : null };
}

function factsOf(token: DelegationTokenState, hmacs: TokenHmacs): DelegationTokenFacts {
  return { ...token, hmac: hmacs.of(token.tokenId) };
}

/** Quietly: nobody has asked for what is not his. */
function maySee(token: DelegationTokenState, caller: Caller): boolean {
  return (
    caller.mayAskForTokens &&
    maySeeToken(token, {
      principal: caller.principal,
      authorize: (action) => caller.authorize(action, { quiet: true }),
    })
  );
}

/**
 * At the active controller: the body of a change, with the HMAC of the token that it names. Who may not see the token could not show its HMAC, and
 * is answered like somebody who has made one up.
 */
export function withNamedToken(
  quorum: QuorumController,
  { body, delegationTokenId }: Extract<ApiRequest, { kind: "write" }>,
  caller: Caller,
): unknown {
  if (delegationTokenId === undefined) return body;
  const { tokenHmacs } = quorum;
  const token = quorum.view().delegationToken(delegationTokenId);
  const isKnown = tokenHmacs !== null && token !== null && maySee(token, caller);
  return { ...(body as object), hmac: isKnown ? tokenHmacs.ofNamed(delegationTokenId) : NO_HMAC };
}

/** An answer as it may be remembered: the log is no place for secrets. */
export function withoutHmac(api: WriteApi, answer: object): object {
  return api === "createDelegationToken" ? { ...answer, hmac: NO_HMAC } : answer;
}

/** A remembered answer as it was given. */
export function withHmac({ tokenHmacs }: QuorumController, api: WriteApi, answer: object): object {
  if (api !== "createDelegationToken" || tokenHmacs === null) return answer;
  const { tokenId } = answer as ResponseOf<typeof api>;
  return { ...answer, hmac: tokenHmacs.of(tokenId) };
}
