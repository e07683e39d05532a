/** Who sent a request, and what it may do. */

import type { AuthorizedAction } from "../state/authorizer.ts";

export interface Caller {
  /** For example "User:alice"; of an Envelope it is the client's, not the broker's. */
  readonly principal: string;
  /** True for who may do everything, whatever the ACLs and the quotas say. */
  readonly trusted: boolean;
  /**
   * True for who may be told the secrets of delegation tokens: it has proved who it is, other than with such a token, and
   * nobody listens (KIP-48).
   */
  readonly mayAskForTokens: boolean;
  /** The address the request came from, as java.net.InetAddress prints it; of an Envelope the client's. */
  readonly host: string;
  /** The client id of the request, empty when there is none. */
  readonly clientId: string;
  /** True when a broker has passed the request on. */
  readonly forwarded: boolean;
  /** False when nobody can say what it may do: the ACLs are not known yet, or it says that it is everybody. */
  readonly authorizable: boolean;
  /** True when the caller may do this; a refusal is logged unless `quiet`. */
  authorize(action: AuthorizedAction, options?: { readonly quiet?: boolean }): boolean;
}

/** Who uses the HTTP API. */
export interface ApiCaller extends Caller {
  /** The access token that was shown; null for who needs none. */
  readonly tokenId: string | null;
}
