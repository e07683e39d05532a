/** What access tokens there may be, and which are removed. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { accessTokenRecord } from "../../src/state/access-token.ts";
import {
  decideCreateAccessToken,
  decideRemoveExpiredAccessTokens,
} from "../../src/state/decide-access-token-change.ts";
import type { AccessTokenState } from "../../src/state/metadata-view.ts";
import { clusterState } from "./cluster-state.ts";

const NOW_MS = 1_700_000_000_000;

function idOf(index: number): string {
  return `token-${String(index).padStart(6, "0")}`;
}

function token(index: number, expirationTimestampMs = -1): AccessTokenState {
  return {
    tokenId: idOf(index),
    principal: "User:alice",
    secretHash: new Uint8Array(32).fill(1),
    description: "",
    createdTimestampMs: NOW_MS,
    expirationTimestampMs,
    previousSecretHash: null,
    previousExpirationTimestampMs: -1,
  };
}

function stateWith(tokens: readonly AccessTokenState[]) {
  const state = clusterState([]);
  state.apply(...tokens.map(accessTokenRecord));
  return state;
}

const asked = (index: number) => ({
  tokenId: idOf(index),
  principal: "User:alice",
  secretHash: new Uint8Array(32).fill(1),
  description: "",
  lifetimeMs: null,
});

describe("ten thousand access tokens", () => {
  const count = 10_000;
  const full = stateWith(Array.from({ length: count }, (_, index) => token(index)));

  it("are all there may be, and the next one is refused with a way out", () => {
    expect(decideCreateAccessToken(asked(count), full.view(), { nowMs: NOW_MS })).toEqual({
      records: [],
      atomic: true,
      response: {
        errorCode: ErrorCode.INVALID_REQUEST,
        message: "There are 10000 access tokens, which is all there may be. Revoke one first.",
      },
    });
  });

  it("may be asked for again", () => {
    const { response } = decideCreateAccessToken(asked(7), full.view(), { nowMs: NOW_MS });
    expect(response).toEqual({ token: token(7) });
  });

  it("make room for one when one is gone", () => {
    const almost = stateWith(Array.from({ length: count - 1 }, (_, index) => token(index)));
    const made = decideCreateAccessToken(asked(count), almost.view(), { nowMs: NOW_MS });
    expect(made.records).toEqual([accessTokenRecord(token(count))]);
  });
});

describe("the removal of what has expired", () => {
  it("takes exactly that", () => {
    const state = stateWith([
      token(1, NOW_MS - 1),
      token(2, NOW_MS),
      token(3, NOW_MS + 1),
      token(4),
    ]);
    const data = (index: number) => ({ tokenId: idOf(index) });
    expect(decideRemoveExpiredAccessTokens(state.view(), NOW_MS)).toEqual({
      records: [1, 2].map((index) => {
        return { type: "removeAccessToken", version: 0, data: data(index) };
      }),
      atomic: false,
      again: false,
    });
    expect(decideRemoveExpiredAccessTokens(state.view(), NOW_MS - 2)).toBeNull();
  });

  it("takes a thousand at a time", () => {
    const state = stateWith(Array.from({ length: 1001 }, (_, index) => token(index, NOW_MS)));
    const removal = decideRemoveExpiredAccessTokens(state.view(), NOW_MS);
    expect(removal?.records).toHaveLength(1000);
    expect(removal?.again).toBe(true);
  });
});
