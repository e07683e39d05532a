/** What the replica wants done outside: calls to peers, each with its correlation id, and replies. */

import type { RequestInit, ResponseInit } from "../protocol/apis.ts";
import type { LeaderQuestion } from "../protocol/leader-question.ts";
import type { Confirmations } from "./leader-progress.ts";

/** The requests that replicas answer. */
export type RaftApi =
  | "vote"
  | "beginQuorumEpoch"
  | "endQuorumEpoch"
  | "fetch"
  | "fetchSnapshot"
  | "describeQuorum";

/** The requests of Kafka's that replicas send to each other. */
export type PeerApi = "vote" | "beginQuorumEpoch" | "endQuorumEpoch" | "fetch";

/** The version in which each is sent: every voter runs this code. */
const PEER_VERSION: Readonly<Record<PeerApi, number>> = {
  vote: 2,
  beginQuorumEpoch: 1,
  endQuorumEpoch: 1,
  fetch: 18,
};

export type RaftEffect =
  | {
      readonly kind: "send";
      /** The voter's id. */
      readonly to: number;
      readonly api: PeerApi;
      readonly version: number;
      /** Comes back with `onResponse` or `onFailure`, exactly once. */
      readonly correlationId: number;
      readonly body: RequestInit<PeerApi>;
      readonly timeoutMs: number;
    }
  | {
      /** Answered by `onLeaderAnswer` or `onFailure`, exactly once. */
      readonly kind: "ask-who-leads";
      readonly to: number;
      readonly correlationId: number;
      readonly question: LeaderQuestion;
      readonly timeoutMs: number;
    }
  | {
      readonly kind: "reply";
      readonly token: unknown;
      readonly body: ResponseInit<RaftApi>;
      /** Says nothing that rests on what this replica has not stored yet, so it may be sent before that is. */
      readonly beforeStored: boolean;
    };

/** Who was called, and for what. */
export type Call =
  | { readonly api: PeerApi; readonly to: number }
  | { readonly api: "who-leads"; readonly voter: Confirmations };

export class Outbox {
  #effects: RaftEffect[] = [];
  readonly #calls = new Map<number, Call>();
  #lastCorrelationId = 0;

  /** Queues a call to a voter and returns its correlation id. */
  send<N extends PeerApi>(to: number, api: N, body: RequestInit<N>, timeoutMs: number): number {
    const correlationId = this.#open({ api, to });
    const version = PEER_VERSION[api];
    this.#effects.push({ kind: "send", to, api, version, correlationId, body, timeoutMs });
    return correlationId;
  }

  /** Queues the question who leads for a voter. */
  askWhoLeads(voter: Confirmations, question: LeaderQuestion, timeoutMs: number): void {
    const correlationId = this.#open({ api: "who-leads", voter });
    const to = voter.id;
    this.#effects.push({ kind: "ask-who-leads", to, correlationId, question, timeoutMs });
  }

  reply(token: unknown, body: ResponseInit<RaftApi>, beforeStored = false): void {
    this.#effects.push({ kind: "reply", token, body, beforeStored });
  }

  /** The call an answer belongs to; null when it was answered or abandoned before. */
  settle(correlationId: number): Call | null {
    const call = this.#calls.get(correlationId);
    this.#calls.delete(correlationId);
    return call ?? null;
  }

  /** Forgets all calls, so that their answers are dropped: the role that made them is over. */
  abandonCalls(): void {
    this.#calls.clear();
  }

  take(): RaftEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #open(call: Call): number {
    this.#lastCorrelationId += 1;
    this.#calls.set(this.#lastCorrelationId, call);
    return this.#lastCorrelationId;
  }
}
