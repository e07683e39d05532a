/** What CreateDelegationToken comes to: codes and timestamps are those of a 4.4.0 controller. */

import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Prng } from "../../src/base/prng.ts";
import { isUuid } from "../../src/base/uuid.ts";
import type { RequestOf } from "../../src/protocol/apis.ts";
import { Operation, ResourceType } from "../../src/state/authorizer.ts";
import {
  type CreateTokenContext,
  decideCreateDelegationToken,
} from "../../src/state/decide-create-delegation-token.ts";
import type { DelegationTokenState } from "../../src/state/metadata-view.ts";
import { RowKeys } from "../../src/state/row-key.ts";
import { tokenRecord } from "../../src/state/token-rules.ts";
import { clusterState } from "./cluster-state.ts";
import { HOUR_MS, NOW_MS, stateWithTokens, token, tokenContext } from "./delegation-tokens.ts";
import { record } from "./records.ts";

const DAY_MS = 24 * HOUR_MS;

type Asked = Partial<RequestOf<"createDelegationToken">>;

function decide(
  asked: Asked = {},
  changes: Partial<CreateTokenContext> = {},
  metadataVersion = 30,
  view = clusterState([], { metadataVersion }).view(),
) {
  const request = {
    ownerPrincipalType: null,
    ownerPrincipalName: null,
    renewers: [],
    maxLifetimeMs: -1n,
    ...asked,
  };
  return decideCreateDelegationToken(request, view, {
    ...tokenContext(),
    prng: Prng.fromNumber(1),
    version: 3,
    maxLifetimeMs: 7 * DAY_MS,
    expiryTimeMs: DAY_MS,
    maxTokens: 8,
    authorize: () => true,
    ...changes,
  });
}

/** What is answered where these tokens are there already. */
function errorBeside(tokens: readonly DelegationTokenState[], asked: Asked = {}): number {
  const decision = decide(asked, {}, 30, stateWithTokens(...tokens).view());
  expect(decision.records).toHaveLength(decision.response.errorCode === 0 ? 1 : 0);
  return decision.response.errorCode ?? 0;
}

const POLICY_VIOLATION = 44;

it("an owner has a quarter of the tokens that there may be, and no more", () => {
  const one = [token({ tokenId: "1" })];
  const two = [...one, token({ tokenId: "2" })];
  expect([errorBeside(one), errorBeside(two)]).toEqual([0, POLICY_VIOLATION]);
  expect(errorBeside(two, CAROL)).toBe(0);
  const others = two.map((each) => ({ ...each, owner: "User:carol" }));
  expect([errorBeside(others), errorBeside(others, CAROL)]).toEqual([0, POLICY_VIOLATION]);
});

it("there are so many tokens at most, whoever owns them", () => {
  const tokens = Array.from({ length: 8 }, (_, i) =>
    token({ tokenId: `${i}`, owner: `User:${i}` }),
  );
  expect([errorBeside(tokens.slice(1)), errorBeside(tokens)]).toEqual([0, POLICY_VIOLATION]);
});

it("a token that is renewed counts once, and one that is removed no more", () => {
  const state = stateWithTokens(token({ tokenId: "1" }), token({ tokenId: "2" }));
  state.apply(tokenRecord(token({ tokenId: "2", expirationTimestampMs: NOW_MS + 1 })));
  const view = state.view();
  expect([view.delegationTokenCount(), view.delegationTokenCountOf("User:alice")]).toEqual([2, 2]);
  state.apply(record("removeDelegationToken", { tokenId: "1" }));
  expect(state.view().delegationTokenCount()).toBe(1);
  expect(decide({}, {}, 30, state.view()).response.errorCode).toBe(0);
});

it("a token that an earlier build has kept, and did not count, can be removed", () => {
  const state = stateWithTokens(token({ tokenId: "1" }));
  state.store.putAll(state.endOffset, [
    { key: RowKeys.delegationTokenCount, value: null },
    { key: RowKeys.delegationTokensOf("User:alice"), value: null },
  ]);
  state.endOffset += 1;
  state.apply(record("removeDelegationToken", { tokenId: "1" }));
  const view = state.view();
  expect([view.delegationToken("1"), view.delegationTokenCount()]).toEqual([null, 0]);
});

it("the names of its renewers have 32,767 characters at most", () => {
  const renewers = (length: number) => ({
    renewers: [{ principalType: "User", principalName: "r".repeat(length) }],
  });
  expect(decide(renewers(32_767)).response.errorCode).toBe(0);
  expect(decide(renewers(32_768)).response.errorCode).toBe(POLICY_VIOLATION);
});

const CAROL = { ownerPrincipalType: "User", ownerPrincipalName: "carol" };
const ALICES = {
  principalType: "User",
  principalName: "alice",
  tokenRequesterPrincipalType: "User",
  tokenRequesterPrincipalName: "alice",
};
const NEVER = { issueTimestampMs: -1n, expiryTimestampMs: -1n, maxTimestampMs: -1n };

describe("a token", () => {
  it("belongs to who asks for it, with a random id and its HMAC-SHA-512", () => {
    const renewers = ["bob", "carol"].map((name) => ({
      principalType: "User",
      principalName: name,
    }));
    const { records, response, atomic } = decide({ renewers });
    const { tokenId = "" } = response;
    expect(isUuid(tokenId)).toBe(true);
    expect(response).toEqual({
      ...ALICES,
      errorCode: ErrorCode.NONE,
      issueTimestampMs: BigInt(NOW_MS),
      expiryTimestampMs: BigInt(NOW_MS + DAY_MS),
      maxTimestampMs: BigInt(NOW_MS + 7 * DAY_MS),
      tokenId,
      hmac: new Uint8Array(createHmac("sha512", "secret").update(tokenId).digest()),
    });
    expect(atomic).toBe(true);
    expect(records).toEqual([
      record("delegationToken", {
        tokenId,
        owner: "User:alice",
        requester: "User:alice",
        renewers: ["User:bob", "User:carol"],
        issueTimestamp: BigInt(NOW_MS),
        maxTimestamp: BigInt(NOW_MS + 7 * DAY_MS),
        expirationTimestamp: BigInt(NOW_MS + DAY_MS),
      }),
    ]);
    expect(decide({}, { prng: Prng.fromNumber(2) }).response.tokenId).not.toBe(tokenId);
  });

  it.each([
    [1000n, NOW_MS + 1000, NOW_MS + 1000],
    [BigInt(2 * DAY_MS), NOW_MS + 2 * DAY_MS, NOW_MS + DAY_MS],
    [2n ** 63n - 1n, NOW_MS + 7 * DAY_MS, NOW_MS + DAY_MS],
    [0n, NOW_MS + 7 * DAY_MS, NOW_MS + DAY_MS],
  ])("that may live for %i ms ends at %i and expires at %i", (maxLifetimeMs, endMs, expiryMs) => {
    expect(decide({ maxLifetimeMs }).response).toMatchObject({
      maxTimestampMs: BigInt(endMs),
      expiryTimestampMs: BigInt(expiryMs),
    });
  });

  it("belongs to somebody else when its requester may create tokens for that user", () => {
    const asked: unknown[] = [];
    const authorize = (action: unknown) => asked.push(action) > 0;
    const { records, response } = decide(CAROL, { authorize });
    expect(asked).toEqual([
      {
        operation: Operation.CREATE_TOKENS,
        resourceType: ResourceType.USER,
        resourceName: "User:carol",
      },
    ]);
    expect(response).toMatchObject({ ...ALICES, principalName: "carol", errorCode: 0 });
    expect(records[0]?.data).toMatchObject({ owner: "User:carol", requester: "User:alice" });
  });

  it("needs no right when its owner asks, also by name", () => {
    const authorize = () => false;
    const alice = { ownerPrincipalType: "User", ownerPrincipalName: "alice" };
    for (const asked of [{}, alice, { ownerPrincipalType: "User", ownerPrincipalName: "" }]) {
      expect(decide(asked, { authorize }).response).toMatchObject({ ...ALICES, errorCode: 0 });
    }
  });

  it("has no requester in answers below version 3", () => {
    const { response } = decide({}, { version: 2 });
    expect(response).toMatchObject({ errorCode: 0, principalName: "alice" });
    expect(Object.keys(response)).not.toContain("tokenRequesterPrincipalType");
  });
});

describe("a token is refused", () => {
  it("to who must not see it", () => {
    const { records, response } = decide(CAROL, { mayAsk: false });
    expect(records).toEqual([]);
    expect(response).toEqual({
      ...ALICES,
      ...NEVER,
      principalName: "carol",
      errorCode: ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED,
    });
  });

  it("for somebody else without the right to it", () => {
    const { records, response } = decide(CAROL, { authorize: () => false });
    expect(records).toEqual([]);
    expect(response).toEqual({
      ...ALICES,
      ...NEVER,
      principalName: "carol",
      errorCode: ErrorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED,
    });
  });

  it("for an owner that has a name and no type", () => {
    const asked = { ownerPrincipalType: null, ownerPrincipalName: "carol" };
    const { records, response } = decide(asked, { mayAsk: false });
    expect(records).toEqual([]);
    expect(response).toEqual({
      ...ALICES,
      ...NEVER,
      principalName: "ANONYMOUS",
      tokenRequesterPrincipalName: "ANONYMOUS",
      errorCode: ErrorCode.UNKNOWN_SERVER_ERROR,
    });
  });

  it("without a secret key, and below metadata.version 14", () => {
    const off = decide({}, { hmacs: null });
    expect(off.records).toEqual([]);
    expect(off.response).toEqual({
      ...ALICES,
      errorCode: ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED,
    });
    const old = decide({}, {}, 13);
    expect(old.records).toEqual([]);
    expect(old.response).toEqual({ ...ALICES, errorCode: ErrorCode.UNSUPPORTED_VERSION });
    expect(decide({}, {}, 14).records).toHaveLength(1);
  });

  it("with renewers that are not users", () => {
    const renewers = [{ principalType: "Group", principalName: "admins" }];
    const { records, response } = decide({ renewers });
    expect(records).toEqual([]);
    expect(response).toEqual({ ...ALICES, errorCode: ErrorCode.INVALID_PRINCIPAL_TYPE });
  });
});
