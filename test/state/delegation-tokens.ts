/** Delegation tokens as tests find them. */

import type { DelegationTokenState } from "../../src/state/metadata-view.ts";
import { TokenHmacs } from "../../src/state/token-hmacs.ts";
import { tokenRecord } from "../../src/state/token-rules.ts";
import { clusterState } from "./cluster-state.ts";
import type { StateUnderTest } from "./records.ts";

export const NOW_MS = 1_700_000_000_000;
export const HOUR_MS = 3_600_000;

/** Alice's, renewed by Bob, good for an hour and at most for ten. */
export function token(changes: Partial<DelegationTokenState> = {}): DelegationTokenState {
  return {
    tokenId: "token-of-alice",
    owner: "User:alice",
    requester: "User:admin",
    renewers: ["User:bob"],
    issueTimestampMs: NOW_MS,
    maxTimestampMs: NOW_MS + 10 * HOUR_MS,
    expirationTimestampMs: NOW_MS + HOUR_MS,
    ...changes,
  };
}

export function stateWithTokens(...tokens: readonly DelegationTokenState[]): StateUnderTest {
  const state = clusterState([]);
  for (const each of tokens) state.apply(tokenRecord(each));
  return state;
}

export function tokenContext({ hmacs = new TokenHmacs("secret"), principal = "User:alice" } = {}) {
  return { principal, mayAsk: true, hmacs, nowMs: NOW_MS };
}
