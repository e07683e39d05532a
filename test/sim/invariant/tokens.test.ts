/** Tokens must go soon after they expire, and none may be renewed beyond its end. */

import { beforeEach, describe, expect, test } from "vitest";
import type { FinalLeader } from "../observation.ts";
import { tokenKey } from "../setting.ts";
import { broken, committed, finalWorld, record } from "./histories.ts";
import { Tokens } from "./tokens.ts";

let invariant: Tokens;

beforeEach(() => {
  invariant = new Tokens();
  issue(5000, 9000);
});

function issue(expiration: number, max: number): void {
  const times = { expirationTimestamp: BigInt(expiration), maxTimestamp: BigInt(max) };
  invariant.onCommitted(committed([record("delegationToken", { tokenId: "t", ...times })]));
}

function remove(): void {
  invariant.onCommitted(committed([record("removeDelegationToken", { tokenId: "t" })]));
}

/** The token is there; a leader that looks every second has led undisturbed for six. */
function endAt(clockMs: number, overrides: Partial<FinalLeader> = {}): void {
  const intervals = { balancesEveryMs: null, expiresTokensEveryMs: 1000 };
  const leader = { clockMs, undisturbedMs: 6000, ...intervals, ...overrides };
  const settings = [{ key: tokenKey("t"), value: "5000" }];
  invariant.onEnd(finalWorld({ leader, settings }));
}

describe("accepted is a token", () => {
  test("that is renewed up to its end, and removed", () => {
    issue(9000, 9000);
    remove();
  });

  test("that has not expired, or only just now", () => {
    endAt(4000);
    endAt(7000);
  });

  test("that nobody had the time to remove", () => {
    endAt(50_000, { undisturbedMs: 2000 });
    endAt(50_000, { expiresTokensEveryMs: null });
  });
});

describe("found is a token", () => {
  test("that is still there after it expired", () => {
    expect(broken(() => endAt(7001))).toEqual([
      "tokens",
      "token t is still there 2001 ms after it expired",
    ]);
  });

  test.each([
    ["lives beyond its end", 9001, 9000],
    ["was given another end", 5000, 10_000],
  ])("that %s", (_, expiration, max) => {
    expect(broken(() => issue(expiration, max))).toEqual([
      "tokens",
      "token t may live beyond its end, at offset 0",
    ]);
  });

  test("that is removed and is not there", () => {
    remove();
    expect(broken(remove)).toEqual(["tokens", "token t is removed at offset 0: it does not exist"]);
  });
});
