/** What AlterUserScramCredentials comes to, and what brokers are told of it. */

import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { decideAlterUserScramCredentials } from "../../src/state/decide-alter-user-scram-credentials.ts";
import { describeUserScramCredentials } from "../../src/state/describe-user-scram-credentials.ts";
import { scramKeys } from "../../src/state/scram-keys.ts";
import { clusterState } from "./cluster-state.ts";
import { record, type StateUnderTest } from "./records.ts";

const SALT = Uint8Array.of(1, 2, 3);
const SALTED_PASSWORD = Uint8Array.of(4, 5, 6);

interface Asked {
  readonly name: string;
  readonly mechanism?: number;
  readonly iterations?: number;
  readonly saltedPassword?: Uint8Array;
}

function upsertion(asked: Asked) {
  return { mechanism: 1, iterations: 4096, salt: SALT, saltedPassword: SALTED_PASSWORD, ...asked };
}

function decide(
  asked: { readonly deletions?: readonly Asked[]; readonly upsertions?: readonly Asked[] },
  state: StateUnderTest = clusterState([]),
) {
  const deletions = (asked.deletions ?? []).map((each) => ({ mechanism: 1, ...each }));
  const upsertions = (asked.upsertions ?? []).map(upsertion);
  return decideAlterUserScramCredentials({ deletions, upsertions }, state.view());
}

function withUsers(...users: readonly Asked[]): StateUnderTest {
  const state = clusterState([]);
  state.apply(...decide({ upsertions: users }, state).records);
  return state;
}

/** What a user is refused with. */
function refusal(asked: Parameters<typeof decide>[0], state?: StateUnderTest) {
  const { records, response } = decide(asked, state);
  expect(records).toEqual([]);
  expect(response.results).toHaveLength(1);
  const [{ errorCode, errorMessage } = {}] = response.results ?? [];
  return [errorCode, errorMessage];
}

describe("keys", () => {
  it.each([
    [1, "sha256"],
    [2, "sha512"],
  ])("of mechanism %i are made with %s", (mechanism, hash) => {
    const hmacOf = (text: string) => createHmac(hash, SALTED_PASSWORD).update(text).digest();
    expect(scramKeys(mechanism, SALTED_PASSWORD)).toEqual({
      storedKey: new Uint8Array(createHash(hash).update(hmacOf("Client Key")).digest()),
      serverKey: new Uint8Array(hmacOf("Server Key")),
    });
  });
});

describe("a credential", () => {
  it("is written as keys, without the salted password", () => {
    const { records, response, atomic } = decide({ upsertions: [{ name: "alice" }] });
    const keys = scramKeys(1, SALTED_PASSWORD);
    if (keys === null) throw new Error("no keys");
    const data = { name: "alice", mechanism: 1, iterations: 4096, salt: SALT, ...keys };
    expect(records).toEqual([record("userScramCredential", data)]);
    expect(atomic).toBe(true);
    expect(response).toEqual({ results: [{ user: "alice", errorCode: 0, errorMessage: null }] });
  });

  it("is removed", () => {
    const { records, response } = decide(
      { deletions: [{ name: "alice", mechanism: 2 }] },
      withUsers({ name: "alice", mechanism: 2 }),
    );
    expect(records).toEqual([record("removeUserScramCredential", { name: "alice", mechanism: 2 })]);
    expect(response.results).toEqual([{ user: "alice", errorCode: 0, errorMessage: null }]);
  });

  it("is not removed for another mechanism than it has", () => {
    const asked = { deletions: [{ name: "alice", mechanism: 1 }] };
    expect(refusal(asked, withUsers({ name: "alice", mechanism: 2 }))).toEqual([
      ErrorCode.RESOURCE_NOT_FOUND,
      "Attempt to delete a user credential that does not exist",
    ]);
  });
});

describe("a user is refused", () => {
  it.each<[Asked, number, string]>([
    [{ name: "" }, ErrorCode.UNACCEPTABLE_CREDENTIAL, "Username must not be empty"],
    [{ name: "a", mechanism: 3 }, ErrorCode.UNSUPPORTED_SASL_MECHANISM, "Unknown SCRAM mechanism"],
    [{ name: "a", iterations: 4095 }, ErrorCode.UNACCEPTABLE_CREDENTIAL, "Too few iterations"],
    [{ name: "a", iterations: 16_385 }, ErrorCode.UNACCEPTABLE_CREDENTIAL, "Too many iterations"],
  ])("for %j", (asked, errorCode, message) => {
    expect(refusal({ upsertions: [asked] })).toEqual([errorCode, message]);
  });

  it("without a word why when the salted password is empty, while others are altered", () => {
    const { records, response } = decide({
      upsertions: [{ name: "a", saltedPassword: new Uint8Array(0) }, { name: "b" }],
    });
    expect(records.map(({ data }) => data)).toMatchObject([{ name: "b" }]);
    expect(response.results).toEqual([
      { user: "b", errorCode: ErrorCode.NONE, errorMessage: null },
      { user: "a", errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, errorMessage: null },
    ]);
  });

  it.each<[string, Parameters<typeof decide>[0]]>([
    ["set twice", { upsertions: [{ name: "alice" }, { name: "alice", mechanism: 2 }] }],
    ["removed twice", { deletions: [{ name: "alice" }, { name: "alice" }] }],
    ["set and removed", { deletions: [{ name: "alice" }], upsertions: [{ name: "alice" }] }],
    ["set three times", { upsertions: [{ name: "alice" }, { name: "alice" }, { name: "alice" }] }],
  ])("when it is %s in one request", (_, asked) => {
    expect(refusal(asked, withUsers({ name: "alice" }))).toEqual([
      ErrorCode.DUPLICATE_RESOURCE,
      "A user credential cannot be altered twice in the same request",
    ]);
  });

  it("below metadata.version 11", () => {
    const message = "The current metadata.version does not support SCRAM";
    const asked = { upsertions: [{ name: "alice" }] };
    expect(refusal(asked, clusterState([], { metadataVersion: 10 }))).toEqual([
      ErrorCode.UNSUPPORTED_VERSION,
      message,
    ]);
    expect(decide(asked, clusterState([], { metadataVersion: 11 })).records).toHaveLength(1);
  });
});

describe("brokers and tools are told", () => {
  const state = withUsers({ name: "alice" }, { name: "bob", mechanism: 2, iterations: 8192 });
  state.apply(...decide({ upsertions: [{ name: "alice", mechanism: 2 }] }, state).records);
  const ALICE = {
    user: "alice",
    credentialInfos: [
      { mechanism: 1, iterations: 4096 },
      { mechanism: 2, iterations: 4096 },
    ],
  };
  const BOB = { user: "bob", credentialInfos: [{ mechanism: 2, iterations: 8192 }] };

  it.each([null, []])("of every user when asked for %j", (users) => {
    expect(describeUserScramCredentials({ users }, state.view())).toEqual({
      results: [BOB, ALICE],
    });
  });

  it("of the users they name, if they are named once and have credentials", () => {
    const users = ["alice", "carol", "bob", "bob"].map((name) => ({ name }));
    expect(describeUserScramCredentials({ users }, state.view())).toEqual({
      results: [
        {
          user: "carol",
          errorCode: ErrorCode.RESOURCE_NOT_FOUND,
          errorMessage: "Attempt to describe a user credential that does not exist: carol",
        },
        {
          user: "bob",
          errorCode: ErrorCode.DUPLICATE_RESOURCE,
          errorMessage:
            "Cannot describe SCRAM credentials for the same user twice in a single request: bob",
        },
        ALICE,
      ],
    });
  });
});
