/** How long delegation tokens live. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import {
  decideExpireDelegationToken,
  decideRemoveExpiredTokens,
  decideRenewDelegationToken,
} from "../../src/state/decide-token-expiry.ts";
import type { DelegationTokenState } from "../../src/state/metadata-view.ts";
import { TokenHmacs } from "../../src/state/token-hmacs.ts";
import { removeTokenRecord, type TokenContext, tokenRecord } from "../../src/state/token-rules.ts";
import { clusterState } from "./cluster-state.ts";
import { HOUR_MS, NOW_MS, stateWithTokens, token, tokenContext } from "./delegation-tokens.ts";

const HMACS = new TokenHmacs("secret");
const LONG = 2n ** 63n - 1n;

interface Asked {
  readonly stored?: DelegationTokenState;
  readonly hmac?: Uint8Array;
  readonly context?: Partial<TokenContext>;
}

function renew(periodMs: bigint, { stored = token(), hmac, context }: Asked = {}) {
  const request = { hmac: hmac ?? HMACS.of(stored.tokenId), renewPeriodMs: periodMs };
  return decideRenewDelegationToken(request, stateWithTokens(stored).view(), {
    ...tokenContext(),
    expiryTimeMs: 2 * HOUR_MS,
    ...context,
  });
}

function expire(periodMs: bigint, { stored = token(), hmac, context }: Asked = {}) {
  const request = { hmac: hmac ?? HMACS.of(stored.tokenId), expiryTimePeriodMs: periodMs };
  return decideExpireDelegationToken(request, stateWithTokens(stored).view(), {
    ...tokenContext(),
    ...context,
  });
}

function expiringAt(expirationTimestampMs: number) {
  return {
    records: [tokenRecord(token({ expirationTimestampMs }))],
    atomic: true,
    response: { errorCode: ErrorCode.NONE, expiryTimestampMs: BigInt(expirationTimestampMs) },
  };
}

function refusal(errorCode: number) {
  return { records: [], atomic: true, response: { errorCode } };
}

const LATE = { nowMs: NOW_MS + HOUR_MS + 1 };

describe("a token is renewed", () => {
  it.each([
    [1000n, NOW_MS + 1000],
    [BigInt(3 * HOUR_MS), NOW_MS + 2 * HOUR_MS],
    [LONG, NOW_MS + 2 * HOUR_MS],
    [0n, NOW_MS + 2 * HOUR_MS],
    [-1n, NOW_MS + 2 * HOUR_MS],
  ])("by %i ms, but not by more than a controller gives", (periodMs, expiryMs) => {
    expect(renew(periodMs)).toEqual(expiringAt(expiryMs));
  });

  it("not beyond its end", () => {
    const context = { nowMs: NOW_MS + 9 * HOUR_MS };
    const stored = token({ expirationTimestampMs: NOW_MS + 9 * HOUR_MS });
    expect(renew(-1n, { stored, context })).toEqual(expiringAt(NOW_MS + 10 * HOUR_MS));
  });

  it("by its owner and its renewers only", () => {
    expect(renew(-1n, { context: { principal: "User:bob" } }).records).toHaveLength(1);
    for (const principal of ["User:mallory", "User:admin", "Group:alice"]) {
      const refused = refusal(ErrorCode.DELEGATION_TOKEN_OWNER_MISMATCH);
      expect(renew(-1n, { context: { principal } })).toEqual(refused);
    }
  });

  it("in the millisecond in which it expires, and not behind it", () => {
    expect(renew(-1n, { context: { nowMs: NOW_MS + HOUR_MS } }).records).toHaveLength(1);
    const expired = refusal(ErrorCode.DELEGATION_TOKEN_EXPIRED);
    expect(renew(-1n, { context: LATE })).toEqual(expired);
    expect(renew(-1n, { context: { ...LATE, principal: "User:mallory" } })).toEqual(expired);
  });
});

describe("a token is given another expiration", () => {
  it.each([
    [0n, NOW_MS],
    [1000n, NOW_MS + 1000],
    [BigInt(3 * HOUR_MS), NOW_MS + 3 * HOUR_MS],
    [LONG, NOW_MS + 10 * HOUR_MS],
  ])("in %i ms, at its end at the latest", (periodMs, expiryMs) => {
    expect(expire(periodMs)).toEqual(expiringAt(expiryMs));
  });

  it("or is removed at once when the period is negative, also when it has expired", () => {
    for (const nowMs of [NOW_MS, LATE.nowMs]) {
      expect(expire(-1n, { context: { nowMs, principal: "User:bob" } })).toEqual({
        records: [removeTokenRecord("token-of-alice")],
        atomic: true,
        response: { errorCode: ErrorCode.NONE, expiryTimestampMs: BigInt(nowMs) },
      });
    }
  });

  it("unless it has expired, or somebody else asks for it", () => {
    expect(expire(0n, { context: LATE })).toEqual(refusal(ErrorCode.DELEGATION_TOKEN_EXPIRED));
    const mismatch = refusal(ErrorCode.DELEGATION_TOKEN_OWNER_MISMATCH);
    const context = { principal: "User:mallory" };
    expect(expire(0n, { context })).toEqual(mismatch);
    expect(expire(-1n, { context: { ...LATE, ...context } })).toEqual(mismatch);
  });
});

describe.each([
  ["renewed", renew],
  ["expired", expire],
])("a token cannot be %s", (_, ask) => {
  it("by who must not see tokens", () => {
    const { records, response } = ask(1n, { context: { mayAsk: false, hmacs: null } });
    expect(records).toEqual([]);
    expect(response).toEqual({
      errorCode: ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED,
      expiryTimestampMs: -1n,
    });
  });

  it("without a secret key", () => {
    const refused = refusal(ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED);
    expect(ask(1n, { context: { hmacs: null } })).toEqual(refused);
  });

  it("when nobody knows its HMAC", () => {
    const refused = refusal(ErrorCode.DELEGATION_TOKEN_NOT_FOUND);
    expect(ask(1n, { hmac: new Uint8Array(64) })).toEqual(refused);
    expect(ask(1n, { hmac: new TokenHmacs("other").of("token-of-alice") })).toEqual(refused);
    expect(ask(1n, { hmac: new Uint8Array(0) })).toEqual(refused);
  });
});

it("neither exists below metadata.version 14", () => {
  const view = clusterState([], { metadataVersion: 13 }).view();
  const refused = refusal(ErrorCode.UNSUPPORTED_VERSION);
  const hmac = HMACS.of("any");
  const context = { ...tokenContext(), expiryTimeMs: 1 };
  expect(decideRenewDelegationToken({ hmac, renewPeriodMs: 1n }, view, context)).toEqual(refused);
  expect(decideExpireDelegationToken({ hmac, expiryTimePeriodMs: 1n }, view, context)).toEqual(
    refused,
  );
});

describe("the sweep", () => {
  it("removes what has expired and nothing else", () => {
    const state = stateWithTokens(
      token({ tokenId: "expired", expirationTimestampMs: NOW_MS - 1 }),
      token({ tokenId: "ended", maxTimestampMs: NOW_MS - 1 }),
      token({ tokenId: "last-millisecond", expirationTimestampMs: NOW_MS }),
      token({ tokenId: "good" }),
    );
    expect(decideRemoveExpiredTokens(state.view(), NOW_MS)).toEqual({
      records: [removeTokenRecord("ended"), removeTokenRecord("expired")],
      atomic: false,
      again: false,
    });
  });

  it("writes nothing when there is nothing to remove", () => {
    expect(decideRemoveExpiredTokens(stateWithTokens(token()).view(), NOW_MS)).toBeNull();
  });

  it("removes a thousand at a time", () => {
    const state = clusterState([]);
    const tokens = Array.from({ length: 1001 }, (_, i) => token({ tokenId: `token-${i}` }));
    state.apply(...tokens.map(tokenRecord));
    const first = decideRemoveExpiredTokens(state.view(), LATE.nowMs);
    expect(first).toMatchObject({ again: true });
    expect(first?.records).toHaveLength(1000);
    state.apply(...(first?.records ?? []));
    const second = decideRemoveExpiredTokens(state.view(), LATE.nowMs);
    expect(second).toMatchObject({ again: false });
    expect(second?.records).toHaveLength(1);
  });
});
