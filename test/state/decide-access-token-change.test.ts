/** What access tokens there may be, and which are removed. */

import "../support/property-seed.ts";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { accessTokenRecord, removeAccessTokenRecord } from "../../src/state/access-token.ts";
import {
  decideCreateAccessToken,
  decideRemoveExpiredAccessTokens,
} from "../../src/state/decide-access-token-change.ts";
import type { AccessTokenState, MetadataView } from "../../src/state/metadata-view.ts";
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

/** What is read of a state, and how many ranges were looked through for it. */
function scanned<T>(state: ReturnType<typeof stateWith>, read: (view: MetadataView) => T) {
  const scan = vi.spyOn(state.store, "scan");
  const result = read(state.view());
  const scans = scan.mock.calls.length;
  scan.mockRestore();
  return { result, scans };
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

describe("the count of access tokens", () => {
  const remove = (index: number) => removeAccessTokenRecord(idOf(index));

  it("is known without looking at them", () => {
    const state = stateWith(Array.from({ length: 50 }, (_, index) => token(index)));
    expect(scanned(state, (view) => view.accessTokenCount())).toEqual({ result: 50, scans: 0 });
    const decide = (view: MetadataView) =>
      decideCreateAccessToken(asked(50), view, { nowMs: NOW_MS });
    expect(scanned(state, decide).scans).toBe(0);
  });

  it("is exact, whatever is created, rotated, removed and truncated", () => {
    const anyChange = fc.record({
      index: fc.integer({ min: 0, max: 4 }),
      isRemoval: fc.boolean(),
      cut: fc.constantFrom(0, 0, 0, 1, 2),
    });
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 40 }), (changes) => {
        const state = clusterState([]);
        const history: { readonly endOffset: number; readonly there: ReadonlySet<number> }[] = [];
        let there: ReadonlySet<number> = new Set();
        for (const { index, isRemoval, cut } of changes) {
          for (let i = 0; i < cut && history.length > 0; i++) {
            const before = history.pop();
            state.endOffset = before?.endOffset ?? state.endOffset;
            there = before?.there ?? there;
          }
          state.store.truncate(state.endOffset);
          history.push({ endOffset: state.endOffset, there });
          const isRemoved = isRemoval && there.has(index);
          state.apply(isRemoved ? remove(index) : accessTokenRecord(token(index)));
          there = new Set(
            isRemoved ? [...there].filter((each) => each !== index) : [...there, index],
          );
          expect(state.view().accessTokenCount()).toBe(there.size);
        }
      }),
    );
  });

  it("has no row when there are none", () => {
    const state = stateWith([token(1)]);
    const isCount = (key: string) => key === "access-tokens";
    expect(state.keys().filter(isCount)).toHaveLength(1);
    state.apply(remove(1));
    expect(state.keys().filter(isCount)).toEqual([]);
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
