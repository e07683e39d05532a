/** What IncrementalAlterConfigs comes to, resource by resource. */

import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
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

const E = ErrorCode;

describe("a config", () => {
  it("is set and deleted, in the order of Kafka's hash table, and left alone where it is so already", () => {
    const topicConfigs = { "retention.ms": "5", "flush.ms": "1" };
    const asked = resource(
      TOPIC,
      "t",
      ["segment.ms", "7"],
      ["flush.ms", null, DELETE],
      ["retention.ms", "5"],
      ["max.message.bytes", "9"],
      ["preallocate", null, DELETE],
    );
    expect(decide([asked], { topicConfigs })).toEqual({
      records: [
        [TOPIC, "t", "flush.ms", null],
        [TOPIC, "t", "max.message.bytes", "9"],
        [TOPIC, "t", "segment.ms", "7"],
      ],
      answers: [[TOPIC, "t", 0, null]],
    });
  });

  it("of a broker is written again, so that it reads its files again", () => {
    const brokerConfigs = { "ssl.keystore.location": "/k" };
    const asked = resource(BROKER, "11", ["ssl.keystore.location", "/k"]);
    expect(decide([asked], { brokerConfigs }).records).toEqual([
      [BROKER, "11", "ssl.keystore.location", "/k"],
    ]);
  });

  it("is deleted when it is set to nothing", () => {
    const asked = resource(TOPIC, "t", ["retention.ms", null]);
    expect(decide([asked], { topicConfigs: { "retention.ms": "5" } }).records).toEqual([
      [TOPIC, "t", "retention.ms", null],
    ]);
  });

  it("that is named twice is what the last operation makes of it", () => {
    const asked = resource(TOPIC, "t", ["retention.ms", "x"], ["retention.ms", "6"]);
    expect(decide([asked]).records).toEqual([[TOPIC, "t", "retention.ms", "6"]]);
  });

  it("is only looked at when that is asked for", () => {
    expect(decide([resource(TOPIC, "t", ["retention.ms", "6"])], { validateOnly: true })).toEqual({
      records: [],
      answers: [[TOPIC, "t", 0, null]],
    });
  });
});

describe("a list", () => {
  it.each<readonly [string | undefined, number, string, string]>([
    [undefined, APPEND, "compact", "delete,compact"],
    ["compact", APPEND, "delete,compact,", "compact,delete"],
    ["compact,delete", SUBTRACT, "delete,x", "compact"],
    [undefined, SUBTRACT, "delete", ""],
  ])("of %s with operation %d of %j is %j", (before, operation, value, after) => {
    const topicConfigs: Record<string, string> =
      before === undefined ? {} : { "cleanup.policy": before };
    const asked = resource(TOPIC, "t", ["cleanup.policy", value, operation]);
    expect(decide([asked], { topicConfigs }).records).toEqual([
      [TOPIC, "t", "cleanup.policy", after],
    ]);
  });

  it("loses as many items as are asked for, the first of those that are alike", () => {
    const name = "leader.replication.throttled.replicas";
    const asked = resource(TOPIC, "t", [name, "1:1,1:1", SUBTRACT]);
    const topicConfigs = { [name]: "1:1,2:2,1:1,1:1" };
    expect(decide([asked], { topicConfigs }).records).toEqual([[TOPIC, "t", name, "2:2,1:1"]]);
  });

  it("does not become longer than the bytes that a record holds", () => {
    const [half, other] = ["\u00e9".repeat(16_000), "\u00e8".repeat(16_000)];
    const asked = resource(BROKER, "11", ["metric.reporters", other, APPEND]);
    expect(decide([asked], { brokerConfigs: { "metric.reporters": half } })).toEqual({
      records: [],
      answers: [[BROKER, "11", E.INVALID_CONFIG, expect.stringContaining("32767 bytes")]],
    });
  });

  it("of a broker begins with the default that brokers have", () => {
    const asked = resource(BROKER, "11", ["sasl.enabled.mechanisms", "PLAIN", APPEND]);
    expect(decide([asked]).records).toEqual([
      [BROKER, "11", "sasl.enabled.mechanisms", "GSSAPI,PLAIN"],
    ]);
  });

  it.each([
    [
      resource(TOPIC, "t", ["retention.ms", "1", APPEND]),
      "Can't APPEND to key retention.ms because its type is not LIST.",
    ],
    [
      resource(BROKER, "11", ["no.such", "1", SUBTRACT]),
      "Can't SUBTRACT to key no.such because its type is not LIST.",
    ],
    [
      resource(METRICS, "m", ["metrics", "a", APPEND]),
      "Can't APPEND to key metrics because its type is not LIST.",
    ],
  ])("is the only thing that can be made longer or shorter", (asked, message) => {
    expect(refusal(asked)).toEqual([E.INVALID_CONFIG, message]);
  });

  it.each([
    ["there is no such operation", resource(TOPIC, "t", ["retention.ms", "1", 9])],
    ["there is nothing to add", resource(TOPIC, "t", ["cleanup.policy", null, APPEND])],
  ])("answers all resources with a fault when %s", (_, asked) => {
    expect(decide([resource(TOPIC, "x"), asked, resource(LOGGER, "1")])).toEqual({
      records: [],
      answers: [
        [TOPIC, "x", E.UNKNOWN_SERVER_ERROR, null],
        [TOPIC, "t", E.UNKNOWN_SERVER_ERROR, null],
        [LOGGER, "1", E.UNKNOWN_SERVER_ERROR, null],
      ],
    });
  });
});

describe("a resource is refused", () => {
  it.each<readonly [string, Resource, number, string]>([
    [
      "that is no topic",
      resource(TOPIC, "nope"),
      E.UNKNOWN_TOPIC_OR_PARTITION,
      "The topic 'nope' does not exist.",
    ],
    [
      "that stands for all topics",
      resource(TOPIC, ""),
      E.INVALID_REQUEST,
      "Default topic resources are not allowed.",
    ],
    [
      "that cannot be a topic",
      resource(TOPIC, "."),
      E.INVALID_TOPIC_EXCEPTION,
      "Topic name is invalid: '.' is not allowed",
    ],
    [
      "with a wrong value, before it is looked for",
      resource(TOPIC, "nope", ["flush.ms", "-1"]),
      E.INVALID_CONFIG,
      "Invalid value -1 for configuration flush.ms: Value must be at least 0",
    ],
    [
      "that is no broker's id",
      resource(BROKER, " 11"),
      E.INVALID_REQUEST,
      "Unable to parse broker name as a base 10 number.",
    ],
    [
      "that is a negative id",
      resource(BROKER, "-5"),
      E.INVALID_REQUEST,
      "Invalid negative broker ID.",
    ],
    [
      "that no node has registered",
      resource(BROKER, "012"),
      E.BROKER_ID_NOT_REGISTERED,
      "No node with id 12 found.",
    ],
    [
      "that is a subscription without a name",
      resource(METRICS, ""),
      E.INVALID_REQUEST,
      "Subscription name can't be empty",
    ],
    [
      "that stands for all groups",
      resource(GROUP, ""),
      E.INVALID_REQUEST,
      "Default group resources are not allowed.",
    ],
    ["of an unknown type", resource(64, "x"), E.UNSUPPORTED_VERSION, "Unknown resource type 64."],
    [
      "with a longer value than Kafka keeps",
      resource(BROKER, "11", ["x", "y".repeat(32_768)]),
      E.INVALID_CONFIG,
      "The configuration value cannot be added because it exceeds the maximum value size of 32767 bytes.",
    ],
  ])("%s", (_, asked, errorCode, message) => {
    expect(refusal(asked)).toEqual([errorCode, message]);
  });

  it("alone, while the others are altered", () => {
    const decision = decide([
      resource(TOPIC, "nope", ["flush.ms", "1"]),
      resource(TOPIC, "t", ["flush.ms", "1"]),
      resource(BROKER, "11", ["a", "b"]),
    ]);
    expect(decision.records).toEqual([
      [TOPIC, "t", "flush.ms", "1"],
      [BROKER, "11", "a", "b"],
    ]);
    expect(decision.answers.map((answer) => answer[2])).toEqual([
      E.UNKNOWN_TOPIC_OR_PARTITION,
      0,
      0,
    ]);
  });

  it("once when it is named twice or more often", () => {
    const twice = resource(TOPIC, "t", ["flush.ms", "1"]);
    expect(decide([twice, resource(GROUP, "t"), twice, twice])).toEqual({
      records: [],
      answers: [
        [TOPIC, "t", E.INVALID_REQUEST, "Duplicate resource."],
        [GROUP, "t", 0, null],
      ],
    });
  });

  it("with all others when there would be too many records", () => {
    const names = Array.from({ length: 10_000 }, (_, i) => [`x${i}`, "1"] as const);
    expect(decide([resource(BROKER, "11", ...names)]).records).toHaveLength(10_000);
    const more = [resource(BROKER, "11", ...names, ["y", "1"]), resource(TOPIC, "nope")];
    const message = "Unable to perform excessively large batch operation.";
    expect(decide(more)).toEqual({
      records: [],
      answers: [
        [BROKER, "11", E.POLICY_VIOLATION, message],
        [TOPIC, "nope", E.POLICY_VIOLATION, message],
      ],
    });
  });
});
