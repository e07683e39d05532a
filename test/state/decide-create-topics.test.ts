/** What CreateTopics comes to: the answer for each topic, and the records. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Prng } from "../../src/base/prng.ts";
import { isUuid } from "../../src/base/uuid.ts";
import type { RequestOf } from "../../src/protocol/apis.ts";
import type { NewRecord } from "../../src/protocol/metadata-record.ts";
import { decideCreateTopics } from "../../src/state/decide-create-topics.ts";
import type { MetadataView } from "../../src/state/metadata-view.ts";
import { addTopic, clusterState, dirOf, uuid } from "./cluster-state.ts";
import { EVERY_RIGHT } from "./topic-rights.ts";

type Request = RequestOf<"createTopics">;
type Topic = Request["topics"][number];

const DEFAULTS = { partitions: 1, replicationFactor: 1 };

function topic(name: string, rest: Partial<Topic> = {}): Topic {
  return { name, numPartitions: -1, replicationFactor: -1, assignments: [], configs: [], ...rest };
}

function manual(...replicas: readonly (readonly number[])[]): Topic["assignments"] {
  return replicas.map((brokerIds, partitionIndex) => ({
    partitionIndex,
    brokerIds: [...brokerIds],
  }));
}

function decide(
  view: MetadataView,
  topics: readonly Topic[],
  rest: { version?: number; validateOnly?: boolean } = {},
) {
  const { version = 7, validateOnly = false } = rest;
  const request = { topics: [...topics], timeoutMs: 1000, validateOnly };
  return decideCreateTopics(request, view, {
    prng: Prng.fromNumber(1),
    version,
    defaults: DEFAULTS,
    rights: EVERY_RIGHT,
  });
}

/** The answers as [name, error code, message]. */
function errors(view: MetadataView, ...topics: readonly Topic[]) {
  const { response, records } = decide(view, topics);
  expect(records).toEqual([]);
  return response.topics?.map(({ name, errorCode, errorMessage }) => [
    name,
    errorCode,
    errorMessage,
  ]);
}

const THREE = [{ id: 1 }, { id: 2 }, { id: 3 }];
const SHUTTING_DOWN = { id: 5, inControlledShutdown: true };

/** Brokers 1 to 3, one fenced, one about to go, and the topics a.b and events. */
function populated(): MetadataView {
  const state = clusterState([...THREE, { id: 4, fenced: true }, SHUTTING_DOWN]);
  addTopic(state, { name: "a.b", topicId: uuid(201) }, { replicas: [1] });
  addTopic(state, { name: "events", topicId: uuid(202) }, { replicas: [1, 2] });
  return state.view();
}

const LONG = "x".repeat(250);
const ILLEGAL = "contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'";

describe("a topic is refused", () => {
  const E = ErrorCode;
  const list: readonly (readonly [why: string, Topic, number, string])[] = [
    [
      "as the metadata itself",
      topic("__cluster_metadata"),
      E.INVALID_REQUEST,
      "Creation of internal topic __cluster_metadata is prohibited.",
    ],
    [
      "without a name",
      topic(""),
      E.INVALID_TOPIC_EXCEPTION,
      "Topic name is invalid: the empty string is not allowed",
    ],
    [
      "named like a directory",
      topic("."),
      E.INVALID_TOPIC_EXCEPTION,
      "Topic name is invalid: '.' is not allowed",
    ],
    [
      "named like the directory above",
      topic(".."),
      E.INVALID_TOPIC_EXCEPTION,
      "Topic name is invalid: '..' is not allowed",
    ],
    [
      "with too long a name",
      topic(LONG),
      E.INVALID_TOPIC_EXCEPTION,
      `Topic name is invalid: the length of '${LONG}' is longer than the max allowed length 249`,
    ],
    [
      "with a letter outside ASCII",
      topic("größe"),
      E.INVALID_TOPIC_EXCEPTION,
      `Topic name is invalid: 'größe' ${ILLEGAL}`,
    ],
    [
      "with a slash",
      topic("a/b"),
      E.INVALID_TOPIC_EXCEPTION,
      `Topic name is invalid: 'a/b' ${ILLEGAL}`,
    ],
    [
      "when metrics could not tell it from another",
      topic("a_b"),
      E.INVALID_TOPIC_EXCEPTION,
      "Topic 'a_b' collides with existing topic: a.b",
    ],
    ["when it exists", topic("events"), E.TOPIC_ALREADY_EXISTS, "Topic 'events' already exists."],
    [
      "with configs without values",
      topic("t", {
        configs: [
          { name: "a", value: null },
          { name: "b", value: null },
        ],
      }),
      E.INVALID_CONFIG,
      "Null value not supported for topic configs: a,b",
    ],
    [
      "with an unknown config",
      topic("t", { configs: [{ name: "retention", value: "1" }] }),
      E.INVALID_CONFIG,
      "Unknown topic config name: retention",
    ],
    [
      "with replicas and a replication factor",
      topic("t", { assignments: manual([1]), replicationFactor: 1, numPartitions: 1 }),
      E.INVALID_REQUEST,
      "A manual partition assignment was specified, but replication factor was not set to -1.",
    ],
    [
      "with replicas and a number of partitions",
      topic("t", { assignments: manual([1]), numPartitions: 1 }),
      E.INVALID_REQUEST,
      "A manual partition assignment was specified, but numPartitions was not set to -1.",
    ],
    [
      "with a partition named twice",
      topic("t", { assignments: [...manual([1]), ...manual([2])] }),
      E.INVALID_REPLICA_ASSIGNMENT,
      "Found multiple manual partition assignments for partition 0",
    ],
    [
      "with a partition left out",
      topic("t", { assignments: manual([1], [1], [2]).filter((_, i) => i !== 1) }),
      E.INVALID_REPLICA_ASSIGNMENT,
      "partitions should be a consecutive 0-based integer sequence",
    ],
    [
      "with no replicas",
      topic("t", { assignments: manual([]) }),
      E.INVALID_REPLICA_ASSIGNMENT,
      "The manual partition assignment includes an empty replica list.",
    ],
    [
      "with an unknown broker",
      topic("t", { assignments: manual([1, 77]) }),
      E.INVALID_REPLICA_ASSIGNMENT,
      "The manual partition assignment includes broker 77, but no such broker is registered.",
    ],
    [
      "with a broker twice",
      topic("t", { assignments: manual([2, 1, 2]) }),
      E.INVALID_REPLICA_ASSIGNMENT,
      "The manual partition assignment includes the broker 2 more than once.",
    ],
    [
      "with partitions of different sizes",
      topic("t", { assignments: manual([1, 2], [3]) }),
      E.INVALID_REPLICA_ASSIGNMENT,
      "The manual partition assignment includes a partition with 1 replica(s), but this is not consistent with previous partitions, which have 2 replica(s).",
    ],
    [
      "when nobody could lead a partition",
      topic("t", { assignments: manual([1, 2], [4, 5]) }),
      E.INVALID_REPLICA_ASSIGNMENT,
      "All brokers specified in the manual partition assignment for partition 1 are fenced or in controlled shutdown.",
    ],
    [
      "with no replicas by number",
      topic("t", { replicationFactor: 0, numPartitions: 0 }),
      E.INVALID_REPLICATION_FACTOR,
      "Replication factor must be larger than 0, or -1 to use the default value.",
    ],
    [
      "with no partitions by number",
      topic("t", { numPartitions: -2 }),
      E.INVALID_PARTITIONS,
      "Number of partitions was set to an invalid non-positive value.",
    ],
    [
      "with more replicas than brokers",
      topic("t", { replicationFactor: 5 }),
      E.INVALID_REPLICATION_FACTOR,
      "Unable to replicate the partition 5 time(s): The target replication factor of 5 cannot be reached because only 4 broker(s) are registered or some brokers have all their log directories cordoned.",
    ],
  ];
  it.each(list)("%s", (_, asked, code, message) => {
    expect(errors(populated(), asked)).toEqual([[asked.name, code, message]]);
  });

  it("once when it is named twice, and the others are created", () => {
    const { response, records } = decide(populated(), [topic("t"), topic("u"), topic("t")]);
    expect(response.topics?.map(({ name, errorCode = 0 }) => [name, errorCode])).toEqual([
      ["u", ErrorCode.NONE],
      ["t", ErrorCode.INVALID_REQUEST],
    ]);
    expect(response.topics?.[1]?.errorMessage).toBe("Duplicate topic name.");
    expect(records.map(({ type }) => type)).toEqual(["topic", "partition"]);
  });

  it("when metrics could not tell it from one before it in the request", () => {
    const { response } = decide(populated(), [topic("u.v"), topic("u_v")]);
    expect(response.topics?.[1]?.errorMessage).toBe(
      "Topic 'u_v' collides with existing topic: u.v",
    );
  });

  it("with all others when the request is too large", () => {
    const message = "Excessively large number of partitions per request.";
    const large = topic("large", { numPartitions: 10_000 });
    expect(errors(populated(), large, topic("t"))).toEqual([
      ["large", ErrorCode.POLICY_VIOLATION, message],
      ["t", ErrorCode.POLICY_VIOLATION, message],
    ]);
    const repeated = errors(populated(), topic("t"), large, topic("t"));
    expect(repeated?.map(([name]) => name)).toEqual(["t", "large", "t"]);
    // The topic's own record is the one too many.
    expect(errors(populated(), large)).toEqual([
      ["large", ErrorCode.POLICY_VIOLATION, "Unable to perform excessively large batch operation."],
    ]);
    expect(decide(populated(), [topic("t", { numPartitions: 9_999 })]).records).toHaveLength(
      10_000,
    );
  });

  it("with the fields of an answer that Kafka leaves at their defaults", () => {
    expect(decide(populated(), [topic("events")]).response.topics).toEqual([
      {
        name: "events",
        errorCode: 36,
        errorMessage: "Topic 'events' already exists.",
        configs: [],
      },
    ]);
  });
});

describe("a topic is created", () => {
  it("with the replicas that the client chose, in sync where their brokers are active", () => {
    const state = clusterState([
      { id: 1 },
      { id: 2, logDirs: [uuid(12), uuid(22)] },
      { id: 3, logDirs: [] },
      SHUTTING_DOWN,
    ]);
    const asked = topic("t", { assignments: manual([5, 2, 1], [3, 1, 2]).reverse() });
    const { records, atomic, response } = decide(state.view(), [asked]);
    const topicId = response.topics?.[0]?.topicId ?? "";
    expect(isUuid(topicId)).toBe(true);
    expect(atomic).toBe(true);
    const UNASSIGNED = "AAAAAAAAAAAAAAAAAAAAAQ";
    const MIGRATING = "AAAAAAAAAAAAAAAAAAAAAA";
    const fresh = { topicId, leaderEpoch: 0, partitionEpoch: 0 };
    expect(records).toEqual([
      { type: "topic", version: 0, data: { name: "t", topicId } },
      {
        type: "partition",
        version: 2,
        data: {
          ...fresh,
          partitionId: 0,
          replicas: [5, 2, 1],
          isr: [2, 1],
          leader: 2,
          directories: [dirOf(5), UNASSIGNED, dirOf(1)],
        },
      },
      {
        type: "partition",
        version: 2,
        data: {
          ...fresh,
          partitionId: 1,
          replicas: [3, 1, 2],
          isr: [3, 1, 2],
          leader: 3,
          directories: [MIGRATING, dirOf(1), UNASSIGNED],
        },
      },
    ] satisfies NewRecord[]);
    expect(response.topics?.[0]).toMatchObject({
      name: "t",
      numPartitions: 2,
      replicationFactor: 3,
    });
  });

  it("with the defaults of the cluster for what is -1", () => {
    const { response, records } = decide(populated(), [topic("t")]);
    expect(response.topics?.[0]).toMatchObject({ numPartitions: 1, replicationFactor: 1 });
    expect(records).toHaveLength(2);
  });

  it("with records of the version that metadata.version writes", () => {
    const { records } = decide(clusterState([{ id: 1 }], { metadataVersion: 21 }).view(), [
      topic("t"),
    ]);
    expect(records.map(({ type, version }) => [type, version])).toEqual([
      ["topic", 0],
      ["partition", 1],
    ]);
  });

  it("with the last value of a config that is given twice, in the order of Kafka's hash table", () => {
    const configs = [
      { name: "retention.ms", value: "1" },
      { name: "flush.ms", value: "2" },
      { name: "retention.ms", value: "3" },
    ];
    const { records } = decide(populated(), [topic("t", { configs })]);
    expect(records.filter(({ type }) => type === "config").map(({ data }) => data)).toEqual([
      { resourceType: 2, resourceName: "t", name: "flush.ms", value: "2" },
      { resourceType: 2, resourceName: "t", name: "retention.ms", value: "3" },
    ]);
  });

  it("in the answer only, when it is but validated", () => {
    const { response, records } = decide(populated(), [topic("t")], { validateOnly: true });
    expect(records).toEqual([]);
    expect(response.topics?.[0]).toMatchObject({ name: "t", numPartitions: 1 });
  });

  it("without configs in the answer below version 5", () => {
    expect(decide(populated(), [topic("t")], { version: 4 }).response.topics?.[0]?.configs).toEqual(
      [],
    );
  });

  it("with an id that begins with the offset of its own record, also where many are created together", () => {
    const view = populated();
    const { records } = decide(view, [topic("a", { numPartitions: 3 }), topic("b"), topic("c")]);
    const offsets = records.flatMap((one, index) =>
      one.type === "topic" ? [view.offset + 1 + index] : [],
    );
    const ids = records.flatMap((one) => (one.type === "topic" ? [one.data.topicId ?? ""] : []));
    expect(offsets.map((offset) => offset - view.offset)).toEqual([1, 5, 7]);
    expect(ids.map((id) => Buffer.from(id, "base64url").readUIntBE(0, 6))).toEqual(offsets);
  });

  it("so that the applied records show it", () => {
    const state = clusterState(THREE);
    const asked = topic("t", { numPartitions: 3, replicationFactor: 2 });
    const { records, response } = decide(state.view(), [asked]);
    state.apply(...records);
    expect(state.view().topicByName("t")).toEqual({
      topicId: response.topics?.[0]?.topicId,
      name: "t",
      partitionCount: 3,
    });
    expect(errors(state.view(), asked)).toEqual([["t", 36, "Topic 't' already exists."]]);
  });
});
