/** Which delegation tokens somebody is shown. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { type AuthorizedAction, Operation, ResourceType } from "../../src/state/authorizer.ts";
import {
  type DescribeTokensContext,
  describeDelegationTokens,
} from "../../src/state/describe-delegation-tokens.ts";
import { TokenHmacs } from "../../src/state/token-hmacs.ts";
import { HOUR_MS, NOW_MS, stateWithTokens, token, tokenContext } from "./delegation-tokens.ts";

const HMACS = new TokenHmacs("secret");
const view = stateWithTokens(
  token(),
  token({ tokenId: "token-of-carol", owner: "User:carol", renewers: ["User:dave"] }),
).view();

function ask(owners: readonly string[] | null, changes: Partial<DescribeTokensContext> = {}) {
  const named = owners?.map((name) => ({ principalType: "User", principalName: name })) ?? null;
  return describeDelegationTokens({ owners: named }, view, {
    ...tokenContext(),
    version: 3,
    authorize: () => false,
    ...changes,
  });
}

function idsOf({ errorCode, tokens }: ReturnType<typeof ask>): unknown {
  expect(errorCode).toBe(ErrorCode.NONE);
  return tokens?.map(({ tokenId }) => tokenId);
}

/** Grants one action and nothing else. */
function granting(action: AuthorizedAction): DescribeTokensContext["authorize"] {
  return (asked) => JSON.stringify(asked) === JSON.stringify(action);
}

describe("a principal is shown", () => {
  it("its tokens, with everything that is known of them", () => {
    expect(ask(null)).toEqual({
      errorCode: ErrorCode.NONE,
      tokens: [
        {
          principalType: "User",
          principalName: "alice",
          tokenRequesterPrincipalType: "User",
          tokenRequesterPrincipalName: "admin",
          issueTimestamp: BigInt(NOW_MS),
          expiryTimestamp: BigInt(NOW_MS + HOUR_MS),
          maxTimestamp: BigInt(NOW_MS + 10 * HOUR_MS),
          tokenId: "token-of-alice",
          hmac: HMACS.of("token-of-alice"),
          renewers: [{ principalType: "User", principalName: "bob" }],
        },
      ],
    });
  });

  it("no requester below version 3", () => {
    const [shown] = ask(null, { version: 2 }).tokens ?? [];
    expect(Object.keys(shown ?? {})).not.toContain("tokenRequesterPrincipalType");
  });

  it("the tokens that it may renew", () => {
    expect(idsOf(ask(null, { principal: "User:dave" }))).toEqual(["token-of-carol"]);
    expect(idsOf(ask(null, { principal: "User:admin" }))).toEqual([]);
  });

  it("tokens that it may describe, by their ids or by their owners", () => {
    const byId = granting({
      operation: Operation.DESCRIBE,
      resourceType: ResourceType.DELEGATION_TOKEN,
      resourceName: "token-of-carol",
    });
    const byOwner = granting({
      operation: Operation.DESCRIBE_TOKENS,
      resourceType: ResourceType.USER,
      resourceName: "User:carol",
    });
    for (const authorize of [byId, byOwner]) {
      expect(idsOf(ask(null, { principal: "User:eve", authorize }))).toEqual(["token-of-carol"]);
    }
  });

  it("only tokens that one of the named owners has or may renew", () => {
    const authorize = () => true;
    expect(idsOf(ask(["carol"], { authorize }))).toEqual(["token-of-carol"]);
    expect(idsOf(ask(["dave", "bob"], { authorize }))).toEqual([
      "token-of-alice",
      "token-of-carol",
    ]);
    expect(idsOf(ask([], { authorize }))).toEqual([]);
  });
});

it("shows nothing to who must not see tokens, or when there are none", () => {
  expect(ask(null, { mayAsk: false, hmacs: null })).toEqual({
    errorCode: ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED,
  });
  expect(ask(null, { hmacs: null })).toEqual({
    errorCode: ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED,
  });
});
