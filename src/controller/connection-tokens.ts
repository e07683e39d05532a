/**
 * Kafka connections that were opened with an access token. It is looked at again with each request, and from time to time
 * for connections that ask nothing: one that was revoked or rotated out, or has expired, carries its connection no further.
 */

import { provesToken } from "../state/access-token.ts";
import type { KafkaConnection } from "./kafka-connection.ts";
import type { QuorumController } from "./quorum-controller.ts";
import type { ProvedCredentials } from "./sender.ts";

/** Why a connection is closed; the same whatever has become of its token. */
export const TOKEN_IS_GONE = "its access token has expired or was revoked";
/** Why one is closed whose token may well be good. */
const CUT_OFF = "this controller is cut off and cannot know whether its access token is still good";

const CHECK_INTERVAL_MS = 1000;

export class ConnectionTokens {
  readonly #connections = new Set<KafkaConnection>();
  #nextCheckMs = Number.POSITIVE_INFINITY;

  add(connection: KafkaConnection, nowMs: number): void {
    if (connection.credentials === null) return;
    if (this.#connections.size === 0) this.#nextCheckMs = nowMs + CHECK_INTERVAL_MS;
    this.#connections.add(connection);
  }

  remove(connection: KafkaConnection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#nextCheckMs = Number.POSITIVE_INFINITY;
  }

  /** When those that ask nothing are looked at next. */
  nextDeadlineMs(): number {
    return this.#nextCheckMs;
  }

  /** The connections whose tokens are known to be good no more, when it is time to look at them. */
  ended(quorum: QuorumController, nowMs: number): KafkaConnection[] {
    if (nowMs < this.#nextCheckMs) return [];
    this.#nextCheckMs = nowMs + CHECK_INTERVAL_MS;
    return [...this.#connections].filter(({ credentials }) => {
      return credentials !== null && proved(quorum, credentials, nowMs) === null;
    });
  }
}

/** Whose request one on this connection is, or why it has to be closed. Undefined stands for who has shown no token. */
export function connectionPrincipal(
  quorum: QuorumController,
  { credentials, openedMs }: KafkaConnection,
  nowMs: number,
): { readonly principal: string | undefined } | { readonly refusal: string } {
  if (credentials === null) return { principal: undefined };
  // Who is cut off does not hear of revocations, and serves nobody on what it knew. Who has just let the connection in has
  // heard from the active controller, even if this one has not yet.
  const isRecent = quorum.isActive || quorum.replica.isCaughtUp(nowMs, openedMs);
  if (!isRecent) return { refusal: CUT_OFF };
  const principal = proved(quorum, credentials, nowMs);
  return principal === null ? { refusal: TOKEN_IS_GONE } : { principal };
}

/**
 * The principal of a good token. The newest state is asked, committed or not: nobody has the secret of a token that is not
 * committed, and a revocation holds the sooner. A controller that knows less than who has let it in takes their word for it.
 */
function proved(quorum: QuorumController, shown: ProvedCredentials, nowMs: number): string | null {
  if (quorum.replica.highWatermark <= shown.offset) return shown.principal;
  const token = quorum.view().accessToken(shown.tokenId);
  return provesToken(token, shown.secretHash, nowMs) ? token.principal : null;
}
