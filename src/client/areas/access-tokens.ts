/**
 * Access tokens. Their secrets are shown once and kept nowhere, so making or rotating one is not sent again when its answer
 * was lost: `isOutcomeUnknown` says so.
 */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { CallOptions, PageOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  KafkaAccessToken,
  KafkaAccessTokenList,
  KafkaAccessTokenShown,
  NewAccessToken,
  Rotation,
} from "../types/security.ts";

export class AccessTokensArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  list(options: PageOptions = {}): Listing<KafkaAccessTokenList> {
    return this.#calls.list("listAccessTokens", {}, options);
  }

  /** One's own needs no right. */
  get(tokenId: string, options: CallOptions = {}): Promise<Answer<KafkaAccessToken>> {
    return this.#calls.call("getAccessToken", { params: { token_id: tokenId } }, options);
  }

  create(
    token: NewAccessToken = {},
    options: CallOptions = {},
  ): Promise<Answer<KafkaAccessTokenShown>> {
    return this.#calls.call("createAccessToken", { body: token }, options);
  }

  /** Another secret for the same token. The client goes on with the one that it has. */
  rotate(
    tokenId: string,
    rotation: Rotation = {},
    options: CallOptions = {},
  ): Promise<Answer<KafkaAccessTokenShown>> {
    const asked = { params: { token_id: tokenId }, body: rotation };
    return this.#calls.call("rotateAccessToken", asked, options);
  }

  revoke(tokenId: string, options: CallOptions = {}): Promise<Answer<null>> {
    return this.#calls.revoke(tokenId, options);
  }
}
