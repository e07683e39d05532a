/** What AlterClientQuotas comes to; what Kafka did with the same requests is in client-settings-recorded.test.ts. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { NewRecord } from "../../src/protocol/metadata-record.ts";
import { decideAlterClientQuotas } from "../../src/state/decide-alter-client-quotas.ts";
import { clusterState } from "./cluster-state.ts";
import { record, type StateUnderTest } from "./records.ts";

type Names = Readonly<Record<string, string | null>>;
type Values = Readonly<Record<string, number | null>>;

function entityOf(names: Names) {
  return Object.entries(names).map(([entityType, entityName]) => ({ entityType, entityName }));
}

/** A value of null removes a quota. */
function decide(
  entries: readonly (readonly [Names, Values])[],
  { validateOnly = false, state = clusterState([]) } = {},
) {
  const request = {
    entries: entries.map(([names, values]) => ({
      entity: entityOf(names),
      ops: Object.entries(values).map(([key, value]) => ({
        key,
        value: value ?? 0,
        remove: value === null,
      })),
    })),
    validateOnly,
  };
  return decideAlterClientQuotas(request, state.view());
}

function quota(names: Names, key: string, value: number, remove = false) {
  return record("clientQuota", { entity: entityOf(names), key, value, remove });
}

/** The message with which the only entity is refused. */
function messageFor(names: Names, values: Values): string | null | undefined {
  const { records, response } = decide([[names, values]]);
  expect(records).toEqual([]);
  expect(response.entries?.[0]?.errorCode).toBe(ErrorCode.INVALID_REQUEST);
  return response.entries?.[0]?.errorMessage;
}

function withQuotas(...records: readonly NewRecord[]): StateUnderTest {
  const state = clusterState([]);
  state.apply(...records);
  return state;
}

describe("quotas are set", () => {
  it("for a user with a client id, both in the order of Kafka", () => {
    const names = { user: "alice", "client-id": "app" };
    const { records, response, atomic } = decide([[names, { producer_byte_rate: 1024 }]]);
    const inOrder = { "client-id": "app", user: "alice" };
    expect(records).toEqual([quota(inOrder, "producer_byte_rate", 1024)]);
    expect(atomic).toBe(true);
    expect(response).toEqual({
      entries: [{ errorCode: 0, errorMessage: null, entity: entityOf(inOrder) }],
    });
  });

  it("for the default of a type, and for an address", () => {
    const { records } = decide([
      [{ user: null }, { request_percentage: 0.5 }],
      [{ ip: "10.0.0.1" }, { connection_creation_rate: 7 }],
      [{ ip: null }, { connection_creation_rate: 8 }],
    ]);
    expect(records).toEqual([
      quota({ user: null }, "request_percentage", 0.5),
      quota({ ip: "10.0.0.1" }, "connection_creation_rate", 7),
      quota({ ip: null }, "connection_creation_rate", 8),
    ]);
  });

  it("only where that changes something", () => {
    const state = withQuotas(quota({ user: "alice" }, "producer_byte_rate", 1));
    const values = { producer_byte_rate: 1, consumer_byte_rate: 2 };
    const { records } = decide([[{ user: "alice" }, values]], { state });
    expect(records).toEqual([quota({ user: "alice" }, "consumer_byte_rate", 2)]);
  });

  it("not at all when they are only validated", () => {
    const { records, response } = decide([[{ user: "alice" }, { producer_byte_rate: 1 }]], {
      validateOnly: true,
    });
    expect(records).toEqual([]);
    expect(response.entries?.[0]?.errorCode).toBe(0);
  });
});

describe("quotas are removed", () => {
  it("if they are there, whatever they are called", () => {
    const state = withQuotas(quota({ user: "alice" }, "producer_byte_rate", 1));
    const values = { producer_byte_rate: null, consumer_byte_rate: null, nonsense: null };
    const { records, response } = decide([[{ user: "alice" }, values]], { state });
    expect(records).toEqual([quota({ user: "alice" }, "producer_byte_rate", 0, true)]);
    expect(response.entries?.[0]?.errorCode).toBe(0);
  });

  it("of exactly the entity that is named", () => {
    const state = withQuotas(quota({ user: "alice", "client-id": "app" }, "producer_byte_rate", 1));
    const { records } = decide([[{ user: "alice" }, { producer_byte_rate: null }]], { state });
    expect(records).toEqual([]);
  });
});

describe("an entity is refused", () => {
  it.each<[Names, string]>([
    [{}, "Invalid empty client quota entity"],
    [{ zone: "a" }, "Unhandled client quota entity type: zone"],
    [{ user: "" }, "Empty user not supported"],
    [{ "client-id": "" }, "Empty client-id not supported"],
    [
      { ip: "10.0.0.1", user: "alice" },
      "Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId",
    ],
    [{ ip: "kafka.example" }, "kafka.example is not a valid IP or resolvable host."],
  ])("when it is %j", (names, message) => {
    expect(messageFor(names, {})).toBe(message);
  });

  it.each<[Names, string, number, string]>([
    [{ user: "a" }, "nonsense", 1, "Invalid configuration key nonsense"],
    [
      { user: "a" },
      "connection_creation_rate",
      1,
      "Invalid configuration key connection_creation_rate",
    ],
    [{ ip: null }, "producer_byte_rate", 1, "Invalid configuration key producer_byte_rate"],
    [{ user: "a" }, "producer_byte_rate", 0, "Quota producer_byte_rate must be greater than 0"],
    [
      { user: "a" },
      "request_percentage",
      Number.NaN,
      "Quota request_percentage must be a finite number",
    ],
    [{ user: "a" }, "consumer_byte_rate", 1.5, "consumer_byte_rate cannot be a fractional value."],
    [
      { user: "a" },
      "consumer_byte_rate",
      1e19,
      "Proposed value for consumer_byte_rate is too large for a LONG.",
    ],
    [
      { ip: null },
      "connection_creation_rate",
      2 ** 31,
      "Proposed value for connection_creation_rate is too large for an INT.",
    ],
  ])("%j with %s=%d", (names, key, value, message) => {
    expect(messageFor(names, { [key]: value })).toBe(message);
  });

  it("as a whole, while others are altered", () => {
    const { records, response } = decide([
      [{ user: "bad" }, { producer_byte_rate: 1, consumer_byte_rate: -1 }],
      [{ user: "good" }, { producer_byte_rate: 1 }],
    ]);
    expect(records).toEqual([quota({ user: "good" }, "producer_byte_rate", 1)]);
    const codes = response.entries?.map(({ entity, errorCode }) => [
      entity?.[0]?.entityName,
      errorCode,
    ]);
    expect(new Map(codes as [string, number][])).toEqual(
      new Map([
        ["bad", ErrorCode.INVALID_REQUEST],
        ["good", ErrorCode.NONE],
      ]),
    );
  });

  it("the second time that it is named, with what was asked of it first done", () => {
    const { records, response } = decide([
      [{ user: "twice" }, { producer_byte_rate: 1 }],
      [{ user: "twice" }, { producer_byte_rate: 2 }],
    ]);
    expect(records).toEqual([quota({ user: "twice" }, "producer_byte_rate", 1)]);
    expect(response.entries).toEqual([
      {
        errorCode: ErrorCode.INVALID_REQUEST,
        errorMessage: "Ignoring duplicate entity ClientQuotaEntity(entries={user=twice})",
        entity: [{ entityType: "user", entityName: "twice" }],
      },
    ]);
  });

  it("with a message that fits into an answer", () => {
    const long = "x".repeat(32_000);
    expect(messageFor({ [long]: "a" }, {})).toHaveLength(1003);
  });
});

it("refuses everything when it comes to more than 10,000 records", () => {
  const entries = Array.from({ length: 5001 }, (_, i): [Names, Values] => [
    { user: `user-${i}` },
    { producer_byte_rate: 1, consumer_byte_rate: 1 },
  ]);
  expect(decide(entries.slice(1)).records).toHaveLength(10_000);
  const { records, response } = decide(entries);
  expect(records).toEqual([]);
  expect(response.entries).toHaveLength(5001);
  expect(response.entries?.[0]).toEqual({
    errorCode: ErrorCode.POLICY_VIOLATION,
    errorMessage: "Request parameters do not satisfy the configured policy.",
    entity: [{ entityType: "user", entityName: "user-0" }],
  });
});
