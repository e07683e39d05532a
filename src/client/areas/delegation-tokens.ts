/** Delegation tokens (KIP-48): secrets by which their owners log in to brokers for a while. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { CallOptions, PageOptions, WriteOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  KafkaDelegationToken,
  KafkaDelegationTokenExpiration,
  KafkaDelegationTokenList,
  NewDelegationToken,
} from "../types/security.ts";

export interface OwnerOptions {
  /** Only the tokens of this owner, such as User:alice. */
  readonly owner?: string | undefined;
}

export class DelegationTokensArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Those that the caller may see, with their secrets. */
  list({ owner, ...options }: PageOptions & OwnerOptions = {}): Listing<KafkaDelegationTokenList> {
    return this.#calls.list("listDelegationTokens", { query: { owner_principal: owner } }, options);
  }

  get(tokenId: string, options: CallOptions = {}): Promise<Answer<KafkaDelegationToken>> {
    return this.#calls.call("getDelegationToken", paramsOf(tokenId), options);
  }

  create(
    token: NewDelegationToken = {},
    options: WriteOptions = {},
  ): Promise<Answer<KafkaDelegationToken>> {
    return this.#calls.call("createDelegationToken", { body: token }, options);
  }

  /** It is good for `periodMs` from now on, for as long as the controllers allow when that is absent. */
  renew(
    tokenId: string,
    { periodMs, ...options }: WriteOptions & { readonly periodMs?: number | undefined } = {},
  ): Promise<Answer<KafkaDelegationTokenExpiration>> {
    const asked = { ...paramsOf(tokenId), body: { period_ms: periodMs } };
    return this.#calls.call("renewDelegationToken", asked, options);
  }

  /** It is good for `periodMs` from now on. */
  expire(
    tokenId: string,
    { periodMs, ...options }: WriteOptions & { readonly periodMs: number },
  ): Promise<Answer<KafkaDelegationTokenExpiration>> {
    const asked = { ...paramsOf(tokenId), body: { period_ms: periodMs } };
    return this.#calls.call("expireDelegationToken", asked, options);
  }

  /** It expires at once. */
  remove(tokenId: string, options: WriteOptions = {}): Promise<Answer<null>> {
    return this.#calls.call("removeDelegationToken", paramsOf(tokenId), options);
  }
}

function paramsOf(tokenId: string) {
  return { params: { token_id: tokenId } };
}
