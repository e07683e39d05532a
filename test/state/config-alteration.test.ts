/** Who may alter which configs, and what is special about some of them. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Prng } from "../../src/base/prng.ts";
import type { AuthorizedAction } from "../../src/state/authorizer.ts";
import { decideCreateTopics } from "../../src/state/decide-create-topics.ts";
import { ELR_FEATURE } from "../../src/state/features.ts";
import {
  APPEND,
  BROKER,
  DELETE,
  decide,
  GROUP,
  LOGGER,
  METRICS,
  type Resource,
  refusal,
  resource,
  SUBTRACT,
  TOPIC,
} from "./altered-configs.ts";
import { clusterState } from "./cluster-state.ts";
import { record } from "./records.ts";

const E = ErrorCode;

describe("a caller", () => {
  it("is refused what it may not alter, with the code of the type, and none of it is looked at", () => {
    const asked: AuthorizedAction[] = [];
    const allows = (action: AuthorizedAction) => {
      asked.push(action);
      return action.resourceName === "t";
    };
    const wrong = ["no.such", "1"] as const;
    const decision = decide(
      [
        resource(TOPIC, "secret", wrong),
        resource(TOPIC, "t", ["flush.ms", "1"]),
        resource(BROKER, "", wrong),
        resource(METRICS, "m", wrong),
        resource(GROUP, "g", wrong),
        resource(LOGGER, "1"),
      ],
      { allows },
    );
    expect(decision).toEqual({
      records: [[TOPIC, "t", "flush.ms", "1"]],
      answers: [
        [TOPIC, "secret", E.TOPIC_AUTHORIZATION_FAILED, "Topic authorization failed."],
        [BROKER, "", E.CLUSTER_AUTHORIZATION_FAILED, "Cluster authorization failed."],
        [METRICS, "m", E.CLUSTER_AUTHORIZATION_FAILED, "Cluster authorization failed."],
        [GROUP, "g", E.GROUP_AUTHORIZATION_FAILED, "Group authorization failed."],
        [TOPIC, "t", 0, null],
        [LOGGER, "1", E.CLUSTER_AUTHORIZATION_FAILED, "Cluster authorization failed."],
      ],
    });
    const action = (operation: number, resourceType: number, resourceName: string) => ({
      operation,
      resourceType,
      resourceName,
    });
    expect(asked).toEqual([
      action(9, 4, "kafka-cluster"),
      action(11, 2, "secret"),
      action(11, 2, "t"),
      action(11, 4, "kafka-cluster"),
      action(11, 4, "kafka-cluster"),
      action(11, 3, "g"),
    ]);
  });
});

describe("the loggers of a node", () => {
  it.each<readonly [Resource, number, string | null]>([
    [resource(LOGGER, "1"), 0, null],
    [resource(LOGGER, "x"), E.INVALID_REQUEST, "Node id must be an integer, but it is: x"],
    [resource(LOGGER, "2"), E.INVALID_REQUEST, "Unexpected node id. Expected 1, but received 2"],
    [resource(LOGGER, "1", ["root", "INFO"]), E.INVALID_CONFIG, "Logger root does not exist!"],
    [
      resource(LOGGER, "1", ["root", "INFO", APPEND]),
      E.INVALID_REQUEST,
      "APPEND operation is not allowed for the BROKER_LOGGER resource",
    ],
    [
      resource(LOGGER, "1", ["root", "INFO", SUBTRACT]),
      E.INVALID_REQUEST,
      "SUBTRACT operation is not allowed for the BROKER_LOGGER resource",
    ],
    [
      resource(LOGGER, "1", ["root", "INFO", 9]),
      E.INVALID_REQUEST,
      "Unknown operation type 9 is not allowed for the BROKER_LOGGER resource",
    ],
  ])("are answered by that node: it has none", (asked, errorCode, message) => {
    expect(refusal(asked)).toEqual([errorCode, message]);
  });
});

describe("with eligible leader replicas", () => {
  const elr = true;

  it("those of a topic are forgotten when its min.insync.replicas changes", () => {
    const asked = resource(TOPIC, "t", ["min.insync.replicas", "2"], ["flush.ms", "1"]);
    expect(decide([asked], { elr }).records).toEqual([
      [TOPIC, "t", "flush.ms", "1"],
      [TOPIC, "t", "min.insync.replicas", "2"],
      ["clearElr", { topicName: "t" }],
    ]);
    expect(decide([asked]).records).toHaveLength(2);
    expect(decide([asked], { elr, topicConfigs: { "min.insync.replicas": "2" } }).records).toEqual([
      [TOPIC, "t", "flush.ms", "1"],
    ]);
  });

  it("all of them are forgotten when that of the cluster changes", () => {
    const asked = resource(BROKER, "", ["min.insync.replicas", "2"]);
    expect(decide([asked], { elr }).records).toEqual([
      [BROKER, "", "min.insync.replicas", "2"],
      ["clearElr", { topicName: "" }],
    ]);
  });

  it("a broker has no min.insync.replicas of its own, and the cluster always has one", () => {
    expect(refusal(resource(BROKER, "11", ["min.insync.replicas", "2"]), { elr })).toEqual([
      E.INVALID_CONFIG,
      "Broker-level min.insync.replicas cannot be altered while ELR is enabled.",
    ]);
    expect(refusal(resource(BROKER, "", ["min.insync.replicas", null, DELETE]), { elr })).toEqual([
      E.INVALID_CONFIG,
      "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.",
    ]);
    expect(decide([resource(BROKER, "", ["min.insync.replicas", null, DELETE])]).records).toEqual([
      [BROKER, "", "min.insync.replicas", null],
    ]);
  });
});

describe("cordoned directories", () => {
  const cordon = (value: string | null) => resource(BROKER, "11", ["cordoned.log.dirs", value]);

  it("need the metadata.version that has them", () => {
    expect(refusal(cordon(null), { metadataVersion: 29 })).toEqual([
      E.INVALID_CONFIG,
      "The cordoned.log.dirs configuration value cannot be set because it requires metadata.version >= 4.3-IV0",
    ]);
  });

  it("can only become fewer unless their broker has passed the request on", () => {
    const brokerConfigs = { "cordoned.log.dirs": "/a , /b" };
    expect(refusal(cordon("/a,/c"), { brokerConfigs })).toEqual([
      E.INVALID_CONFIG,
      "When updating cordoned.log.dirs via controllers,  the new value must be a subset of the current configuration value.",
    ]);
    const written = (value: string | null) => [[BROKER, "11", "cordoned.log.dirs", value]];
    expect(decide([cordon("/b")], { brokerConfigs }).records).toEqual(written("/b"));
    expect(decide([cordon(" ")]).records).toEqual(written(" "));
    expect(decide([cordon(null)]).records).toEqual(written(null));
    expect(decide([cordon("/a,/c")], { forwarded: true }).records).toEqual(written("/a,/c"));
  });
});

it("takes a config that Kafka no longer knows for one that is not there", () => {
  const topicConfigs = { "message.format.version": "2.0" };
  expect(decide([resource(TOPIC, "t", ["flush.ms", "1"])], { topicConfigs })).toEqual({
    records: [[TOPIC, "t", "flush.ms", "1"]],
    answers: [[TOPIC, "t", 0, null]],
  });
});

it("forgets the eligible leader replicas of a topic that is created with min.insync.replicas", () => {
  const state = clusterState([{ id: 11 }], { metadataVersion: 33 });
  state.apply(record("featureLevel", { name: ELR_FEATURE, featureLevel: 1 }));
  const configs = [{ name: "min.insync.replicas", value: "2" }];
  const topic = { name: "n", numPartitions: 1, replicationFactor: 1, assignments: [], configs };
  const { records } = decideCreateTopics(
    { topics: [topic], timeoutMs: 1000, validateOnly: false },
    state.view(),
    {
      prng: Prng.fromNumber(1),
      version: 7,
      defaults: { partitions: 1, replicationFactor: 1 },
      rights: { mayCreate: () => true, mayDescribeConfigs: () => true },
    },
  );
  expect(records.map(({ type }) => type)).toEqual(["topic", "config", "clearElr", "partition"]);
  expect(records[2]?.data).toEqual({ topicName: "n" });
  state.apply(...records);
});
