/**
 * The calls of a controller to its peers: what is sent for them, what their answers are read as, and what it answers itself
 * where a peer asks for nothing of Kafka's.
 */

import { attempt, MalformedError } from "../base/malformed-error.ts";
import type { ApiName } from "../protocol/apis.ts";
import {
  decodeLeaderAnswer,
  decodeLeaderQuestion,
  encodeLeaderAnswer,
  encodeLeaderQuestion,
} from "../protocol/leader-question.ts";
import { decodeResponse, encodeRequest } from "../protocol/request-frame.ts";
import type { RaftEffect } from "../raft/outbox.ts";
import type { Replica } from "../raft/replica.ts";
import type { NodeEffect } from "./node-event.ts";

/** How the answer to a call is written. */
type Expected = { readonly api: ApiName; readonly version: number } | "leader-answer";

export class PeerCalls {
  readonly #clientId: string;
  /** By correlation id. */
  readonly #expected = new Map<number, Expected>();

  constructor(controllerId: number) {
    this.#clientId = `quorate-${controllerId}`;
  }

  begin(effect: Exclude<RaftEffect, { kind: "reply" }>): NodeEffect {
    const { to: voterId, correlationId, timeoutMs } = effect;
    const bytes = this.#encode(effect);
    return { kind: "peer-call", voterId, correlationId, bytes, timeoutMs };
  }

  onResponse(replica: Replica, correlationId: number, bytes: Uint8Array, nowMs: number): void {
    const expected = this.#expected.get(correlationId);
    if (expected === undefined) return;
    this.#expected.delete(correlationId);
    if (expected === "leader-answer") {
      const answer = attempt(() => decodeLeaderAnswer(bytes));
      if (answer instanceof MalformedError) replica.onFailure(correlationId, nowMs);
      else replica.onLeaderAnswer(correlationId, answer, nowMs);
      return;
    }
    const response = attempt(() => decodeResponse(expected.api, expected.version, bytes));
    if (response instanceof MalformedError) replica.onFailure(correlationId, nowMs);
    else replica.onResponse(correlationId, response.body, nowMs);
  }

  onFailure(replica: Replica, correlationId: number, nowMs: number): void {
    this.#expected.delete(correlationId);
    replica.onFailure(correlationId, nowMs);
  }

  #encode(effect: Exclude<RaftEffect, { kind: "reply" }>): Uint8Array {
    const { correlationId } = effect;
    if (effect.kind === "ask-who-leads") {
      this.#expected.set(correlationId, "leader-answer");
      return encodeLeaderQuestion(effect.question);
    }
    const { api, version, body } = effect;
    this.#expected.set(correlationId, { api, version });
    return encodeRequest({ api, version, correlationId, clientId: this.#clientId, body });
  }
}

/** The answer to the question who leads, or null when that cannot be read. */
export function answerLeaderQuestion(
  replica: Replica,
  bytes: Uint8Array,
  nowMs: number,
): Uint8Array | null {
  const question = attempt(() => decodeLeaderQuestion(bytes));
  if (question instanceof MalformedError) return null;
  return encodeLeaderAnswer(replica.whoLeads(question, nowMs));
}
