/** What DeleteTopics comes to. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { ZERO_UUID } from "../../src/base/uuid.ts";
import { decideDeleteTopics } from "../../src/state/decide-delete-topics.ts";
import { addTopic, clusterState, uuid } from "./cluster-state.ts";
import { record, type StateUnderTest } from "./records.ts";
import { EVERY_RIGHT } from "./topic-rights.ts";

const EVENTS = uuid(201);
const ORDERS = uuid(202);
const MISSING = uuid(203);

function populated(): StateUnderTest {
  const state = clusterState([{ id: 1 }]);
  const configs = { "retention.ms": "1" };
  addTopic(
    state,
    { name: "events", topicId: EVENTS, configs },
    { replicas: [1] },
    { replicas: [1] },
  );
  addTopic(state, { name: "orders", topicId: ORDERS }, { replicas: [1] });
  return state;
}

type Asked = { name?: string | null; topicId?: string };

function decide(topics: readonly Asked[], state = populated()) {
  const asked = topics.map(({ name = null, topicId = ZERO_UUID }) => ({ name, topicId }));
  const request = { topics: asked, topicNames: [], timeoutMs: 1000 };
  return decideDeleteTopics(request, state.view(), { version: 6, ...ALLOWED });
}

const ALLOWED = { enabled: true, rights: EVERY_RIGHT };

function removal(topicId: string) {
  return { type: "removeTopic", version: 0, data: { topicId } };
}

describe("a topic is deleted", () => {
  it("by its name or by its id, with everything that is its own", () => {
    const state = populated();
    const { records, response } = decide([{ name: "events" }, { topicId: ORDERS }], state);
    expect(records).toEqual([removal(ORDERS), removal(EVENTS)]);
    expect(response.responses).toEqual([
      { name: "orders", topicId: ORDERS },
      { name: "events", topicId: EVENTS },
    ]);
    state.apply(...records);
    expect(state.view().topics("", 10)).toEqual([]);
    expect([...state.view().partitionsOfBroker(1)]).toEqual([]);
    expect(state.view().configs(2, "events")).toEqual(new Map());
  });

  it("by name only, below version 6", () => {
    const request = {
      topics: [{ name: "orders", topicId: ZERO_UUID }],
      topicNames: ["events"],
      timeoutMs: 1,
    };
    const { records } = decideDeleteTopics(request, populated().view(), { version: 5, ...ALLOWED });
    expect(records).toEqual([removal(EVENTS)]);
  });
});

describe("a topic is not deleted", () => {
  const { INVALID_REQUEST, UNKNOWN_TOPIC_ID, UNKNOWN_TOPIC_OR_PARTITION } = ErrorCode;
  const unknownName = "This server does not host this topic-partition.";
  const supplied = "The provided topic name maps to an ID that was already supplied.";
  const list: readonly (readonly [string, Asked[], readonly unknown[]])[] = [
    [
      "that is not said",
      [{}],
      [null, ZERO_UUID, INVALID_REQUEST, "Neither topic name nor id were specified."],
    ],
    [
      "that is said in two ways at once",
      [{ name: "events", topicId: EVENTS }],
      ["events", EVENTS, INVALID_REQUEST, "You may not specify both topic name and topic id."],
    ],
    [
      "whose name is given again",
      [{ name: "events" }, { name: "events" }, { name: "events" }],
      ["events", ZERO_UUID, INVALID_REQUEST, "Duplicate topic name."],
    ],
    [
      "whose id is given again",
      [{ topicId: EVENTS }, { topicId: EVENTS }, { topicId: EVENTS }],
      [null, EVENTS, INVALID_REQUEST, "Duplicate topic id."],
    ],
    [
      "that is given by name and by id",
      [{ name: "events" }, { topicId: EVENTS }],
      ["events", EVENTS, INVALID_REQUEST, supplied],
    ],
    [
      "whose name is unknown",
      [{ name: "missing" }],
      ["missing", undefined, UNKNOWN_TOPIC_OR_PARTITION, unknownName],
    ],
    [
      "whose id is unknown",
      [{ topicId: MISSING }],
      [null, MISSING, UNKNOWN_TOPIC_ID, "This server does not host this topic ID."],
    ],
  ];
  it.each(list)("%s, and the others are", (_, asked, answer) => {
    const { records, response } = decide([...asked, { name: "orders" }]);
    expect(records).toEqual([removal(ORDERS)]);
    const [refused, ...others] = response.responses ?? [];
    expect([refused?.name, refused?.topicId, refused?.errorCode, refused?.errorMessage]).toEqual(
      answer,
    );
    expect(others).toEqual([{ name: "orders", topicId: ORDERS }]);
  });

  it("with ten thousand others", () => {
    const state = clusterState([{ id: 1 }]);
    const ids = Array.from({ length: 10_001 }, (_, n) => {
      const digits = String(n).padStart(6, "0");
      return { name: `t${digits}`, topicId: `${digits}AAAAAAAAAAAAAAAw` };
    });
    state.apply(...ids.map((topic) => record("topic", topic)));
    const { records, response } = decide(
      ids.map(({ name }) => ({ name })),
      state,
    );
    expect(records).toEqual([]);
    expect(response.responses).toHaveLength(10_001);
    expect(response.responses?.at(-1)).toMatchObject({
      errorCode: ErrorCode.POLICY_VIOLATION,
      errorMessage: "Unable to perform excessively large batch operation.",
    });
  });
});
