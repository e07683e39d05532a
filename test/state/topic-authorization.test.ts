/** What decisions about topics say to who has not every right; the answers are those of Apache Kafka 4.4.0. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Prng } from "../../src/base/prng.ts";
import { ZERO_UUID } from "../../src/base/uuid.ts";
import { decideCreatePartitions } from "../../src/state/decide-create-partitions.ts";
import { decideCreateTopics } from "../../src/state/decide-create-topics.ts";
import { decideDeleteTopics } from "../../src/state/decide-delete-topics.ts";
import type { TopicRights } from "../../src/state/topic-rights.ts";
import { addTopic, clusterState, uuid } from "./cluster-state.ts";
import { EVERY_RIGHT, rightsOf } from "./topic-rights.ts";

const { INVALID_REQUEST, POLICY_VIOLATION, TOPIC_AUTHORIZATION_FAILED } = ErrorCode;
const EVENTS = uuid(201);
const prng = Prng.fromNumber(1);

function populated() {
  const state = clusterState([{ id: 1 }]);
  addTopic(state, { name: "events", topicId: EVENTS }, { replicas: [1] });
  return state;
}

/** Only these operations, each on the topics that it names. */
function only(rights: Readonly<Record<string, readonly string[]>>): TopicRights {
  return rightsOf((operation, name) => rights[operation]?.includes(name) ?? false);
}

describe("topics are created", () => {
  const topic = (name: string) => ({
    name,
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: [],
  });
  const create = (names: readonly string[], rights: TopicRights, numPartitions = 1) => {
    const topics = names.map((name) => ({ ...topic(name), numPartitions }));
    const request = { topics, timeoutMs: 1000, validateOnly: false };
    const defaults = { partitions: 1, replicationFactor: 1 };
    return decideCreateTopics(request, populated().view(), { prng, version: 7, defaults, rights });
  };

  it("as far as that is allowed", () => {
    const names = ["a", "b", "events", "twice", "twice", "__cluster_metadata"];
    const { records, response } = create(names, only({ create: ["b", "twice"] }));
    expect(records.map(({ type }) => type)).toEqual(["topic", "partition"]);
    const answers = response.topics?.map(({ name, errorCode, errorMessage }) => [
      name,
      errorCode,
      errorMessage,
    ]);
    expect(answers).toEqual([
      ["b", undefined, null],
      ["twice", INVALID_REQUEST, "Duplicate topic name."],
      ["a", TOPIC_AUTHORIZATION_FAILED, "Authorization failed."],
      ["__cluster_metadata", INVALID_REQUEST, expect.stringContaining("prohibited")],
      // It is there, but that is not told.
      ["events", TOPIC_AUTHORIZATION_FAILED, "Authorization failed."],
    ]);
  });

  it("without a word of what they are like when that may not be seen", () => {
    const { records, response } = create(["a"], only({ create: ["a"] }));
    expect(records).toHaveLength(2);
    expect(response.topics).toEqual([
      {
        name: "a",
        topicId: expect.any(String),
        errorMessage: null,
        topicConfigErrorCode: TOPIC_AUTHORIZATION_FAILED,
        configs: [],
      },
    ]);
    const seen = create(["a"], only({ create: ["a"], "describe-configs": ["a"] })).response;
    expect(seen.topics?.[0]).toMatchObject({ numPartitions: 1, replicationFactor: 1 });
    expect(seen.topics?.[0]?.configs?.length).toBeGreaterThan(0);
  });

  it("and those that are not allowed do not count for the limit", () => {
    const { response } = create(["a", "b"], only({ create: ["b"] }), 6000);
    expect(response.topics?.map(({ errorCode }) => errorCode)).toEqual([
      undefined,
      TOPIC_AUTHORIZATION_FAILED,
    ]);
    const both = create(["a", "b"], EVERY_RIGHT, 6000).response;
    expect(both.topics?.map(({ errorCode }) => errorCode)).toEqual([
      POLICY_VIOLATION,
      POLICY_VIOLATION,
    ]);
  });
});

describe("partitions are added", () => {
  it("as far as that is allowed, and nobody learns of others whether there is such a topic", () => {
    const topics = ["events", "secret", "gone"].map((name) => ({
      name,
      count: 2,
      assignments: null,
    }));
    const grow = (rights: TopicRights) =>
      decideCreatePartitions({ topics, timeoutMs: 1000, validateOnly: false }, populated().view(), {
        prng,
        rights,
      });
    const denied = (name: string) => ({
      name,
      errorCode: TOPIC_AUTHORIZATION_FAILED,
      errorMessage: null,
    });
    const nothing = grow(only({}));
    expect(nothing.records).toEqual([]);
    const sorted = nothing.response.results?.toSorted((a, b) =>
      (a.name ?? "") < (b.name ?? "") ? -1 : 1,
    );
    expect(sorted).toEqual(["events", "gone", "secret"].map(denied));
    const one = grow(only({ alter: ["events"] }));
    expect(one.records.map(({ type }) => type)).toEqual(["partition"]);
    expect(one.response.results).toContainEqual(denied("secret"));
    expect(one.response.results?.at(-1)).toMatchObject({ name: "events" });
  });
});

describe("topics are deleted", () => {
  const byName = (name: string) => ({ name, topicId: ZERO_UUID });
  const byId = (topicId: string) => ({ name: null, topicId });
  const remove = (
    topics: readonly { name: string | null; topicId: string }[],
    rights: TopicRights,
    { enabled = true, version = 6 } = {},
  ) => {
    const request = { topics: [...topics], topicNames: ["events"], timeoutMs: 1000 };
    return decideDeleteTopics(request, populated().view(), { version, enabled, rights });
  };
  const denied = (name: string | null, topicId: string) => ({
    name,
    topicId,
    errorCode: TOPIC_AUTHORIZATION_FAILED,
    errorMessage: "Topic authorization failed.",
  });

  it("by who may delete them", () => {
    const rights = only({ delete: ["events"], describe: ["events"] });
    expect(remove([byName("events")], rights).records).toHaveLength(1);
    expect(remove([byId(EVENTS)], only({ delete: ["events"] })).records).toHaveLength(1);
  });

  it("by nobody else, who is told the name only when it may be seen", () => {
    const seeing = only({ describe: ["events", "gone"] });
    for (const [rights, name] of [
      [only({}), null],
      [seeing, "events"],
    ] as const) {
      const { records, response } = remove([byId(EVENTS)], rights);
      expect(records).toEqual([]);
      expect(response.responses).toEqual([denied(name, EVENTS)]);
    }
    expect(remove([byName("events")], seeing).response.responses).toEqual([
      denied("events", ZERO_UUID),
    ]);
  });

  it("and who may not see a name is told the same whether it is there or not", () => {
    const { response } = remove([byName("events"), byName("gone")], only({ delete: ["gone"] }));
    expect(response.responses).toEqual([denied("events", ZERO_UUID), denied("gone", ZERO_UUID)]);
    const seen = remove([byName("gone")], only({ describe: ["gone"] })).response.responses;
    expect(seen?.[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  });

  it("and who may not delete it does not learn which id a name has", () => {
    const given = [byId(EVENTS), byName("events")];
    const { response } = remove(given, only({ describe: ["events"] }));
    expect(response.responses).toEqual([denied("events", EVENTS), denied("events", ZERO_UUID)]);
    const allowed = remove(given, EVERY_RIGHT).response.responses;
    expect(allowed?.map(({ topicId }) => topicId)).toEqual([EVENTS]);
  });

  it("asking once for each name", () => {
    const asked: string[] = [];
    const rights = rightsOf((operation, name) => {
      asked.push(`${operation} ${name}`);
      return false;
    });
    remove([byId(EVENTS), byName("events")], rights);
    expect(asked.sort()).toEqual(["delete events", "describe events"]);
  });

  it("not at all when that is switched off; old clients cannot be told why", () => {
    const off = (version: number) =>
      remove([byName("events")], EVERY_RIGHT, { enabled: false, version });
    expect(off(6).records).toEqual([]);
    const codes = [6, 5, 3, 2, 1].map((version) => off(version).response.responses?.[0]);
    expect(codes).toEqual(
      [73, 73, 73, INVALID_REQUEST, INVALID_REQUEST].map((errorCode) => ({
        name: "events",
        topicId: ZERO_UUID,
        errorCode,
      })),
    );
  });
});
