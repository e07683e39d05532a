/** The HMAC of each delegation token, which is what its owner shows instead of a password (KIP-48). */

import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { encodeUtf8 } from "../base/byte-writer.ts";
import type { DelegationTokenState, MetadataView } from "./metadata-view.ts";

const HMAC_BYTES = 64;

/** They follow from the ids and the secret key alone, so what was computed once is kept while there is the token. */
export class TokenHmacs {
  readonly #secretKey: Uint8Array;
  /** Ids by HMAC in hexadecimal. */
  #ids = new Map<string, string>();
  #hmacs = new Map<string, Uint8Array>();
  /** Whose tokens are known: looking again at the same metadata would find nothing new. */
  #learned: MetadataView | null = null;
  /** The token that was named last, and its HMAC in hexadecimal. */
  #named = { tokenId: "", text: "" };

  /** `secretKey` is delegation.token.secret.key, the same on every controller and broker. */
  constructor(secretKey: string) {
    this.#secretKey = encodeUtf8(secretKey);
  }

  of(tokenId: string): Uint8Array {
    return this.#hmacs.get(tokenId) ?? hmac(sha512, this.#secretKey, encodeUtf8(tokenId));
  }

  /** The HMAC of a token that is about to be looked for by it: then no other's has to be computed. */
  ofNamed(tokenId: string): Uint8Array {
    const found = this.of(tokenId);
    this.#named = { tokenId, text: bytesToHex(found) };
    return found;
  }

  /** The token that has this HMAC, or null. */
  find(shown: Uint8Array, view: MetadataView): DelegationTokenState | null {
    if (shown.length !== HMAC_BYTES) return null;
    const text = bytesToHex(shown);
    if (text === this.#named.text) return view.delegationToken(this.#named.tokenId);
    if (!this.#ids.has(text) && view !== this.#learned) this.#learn(view);
    const id = this.#ids.get(text);
    return id === undefined ? null : view.delegationToken(id);
  }

  /** Computes what is missing and forgets tokens that are gone. */
  #learn(view: MetadataView): void {
    const ids = new Map<string, string>();
    const hmacs = new Map<string, Uint8Array>();
    for (const { tokenId } of view.delegationTokens()) {
      const known = this.of(tokenId);
      ids.set(bytesToHex(known), tokenId);
      hmacs.set(tokenId, known);
    }
    this.#ids = ids;
    this.#hmacs = hmacs;
    this.#learned = view;
  }
}
