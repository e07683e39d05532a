/** What values the configs of a topic may have, and which value holds. */

import { describe, expect, it } from "vitest";
import { topicConfigProblem } from "../../src/state/config-validation.ts";
import { effectiveTopicConfigs, TOPIC_CONFIGS } from "../../src/state/topic-config.ts";
import { clusterState } from "./cluster-state.ts";
import { record } from "./records.ts";

function problem(values: Readonly<Record<string, string>>, metadataVersion = 30): string | null {
  return topicConfigProblem(new Map(Object.entries(values)), metadataVersion);
}

/** Problems that are said as those of one value. */
function invalid(value: string, name: string, why: string): string {
  return `Invalid value ${value} for configuration ${name}: ${why}`;
}

describe("a config is refused", () => {
  const ratio = "min.cleanable.dirty.ratio";
  const throttled = "leader.replication.throttled.replicas";
  it.each([
    ["retention.ms", "-2", "-2", "Value must be at least -1"],
    ["retention.ms", " 1h", " 1h", "Not a number of type LONG"],
    ["retention.ms", "", "", "Not a number of type LONG"],
    ["retention.bytes", "9223372036854775808", "9223372036854775808", "Not a number of type LONG"],
    ["min.insync.replicas", "0", "0", "Value must be at least 1"],
    ["min.insync.replicas", "2147483648", "2147483648", "Not a number of type INT"],
    ["min.insync.replicas", "1.5", "1.5", "Not a number of type INT"],
    ["segment.bytes", "1048575", "1048575", "Value must be at least 1048576"],
    ["compression.gzip.level", "0", "0", "Value must be between 1 and 9 or equal to -1"],
    ["compression.lz4.level", "18", "18", "Value must be no more than 17"],
    ["compression.zstd.level", "-131073", "-131073", "Value must be at least -131072"],
    [ratio, "1.5", "1.5", "Value must be no more than 1"],
    [ratio, "-1", "-1.0", "Value must be at least 0"],
    [ratio, "half", "half", "Not a number of type DOUBLE"],
    ["preallocate", "yes", "yes", "Expected value to be either true or false"],
    ["message.timestamp.type", "Now", "Now", "String must be one of: CreateTime, LogAppendTime"],
    [
      "compression.type",
      "brotli",
      "brotli",
      "String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer",
    ],
    ["cleanup.policy", "delete, keep", "keep", "String must be one of: compact, delete"],
    [
      throttled,
      "0:1,x",
      "[0:1, x]",
      `${throttled} must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...`,
    ],
  ])("%s=%j", (name, value, shown, why) => {
    expect(problem({ [name]: value })).toBe(invalid(shown, name, why));
  });

  it("when nobody knows it, before the values are looked at", () => {
    expect(problem({ "retention.ms": "x", retention: "1" })).toBe(
      "Unknown topic config name: retention",
    );
  });

  it("in Kafka's order of configs, not in that of the request", () => {
    expect(problem({ preallocate: "x", "segment.ms": "0" })).toBe(
      invalid("0", "segment.ms", "Value must be at least 1"),
    );
  });

  it("when a list has a gap", () => {
    expect(problem({ "cleanup.policy": "compact,,delete" })).toBe(
      "Configuration 'cleanup.policy' values must not be empty.",
    );
  });

  it("when compaction would have to come before it may", () => {
    expect(problem({ "min.compaction.lag.ms": " 11 ", "max.compaction.lag.ms": "10" })).toBe(
      "conflict topic config setting min.compaction.lag.ms (11) > max.compaction.lag.ms (10)",
    );
  });

  it("when it wants tiered storage", () => {
    expect(problem({ "remote.storage.enable": "True" })).toBe(
      "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.",
    );
  });

  it("when its value is longer than Kafka keeps", () => {
    const longest = `${" ".repeat(32_766)}1`;
    expect(problem({ "flush.ms": longest })).toBeNull();
    expect(problem({ "flush.ms": ` ${longest}` })).toBe(
      "The configuration value cannot be added because it exceeds the maximum value size of 32767 bytes.",
    );
  });
});

describe("a config is accepted", () => {
  it("with its own default, whichever it is", () => {
    const defaults = TOPIC_CONFIGS.map(({ name, default: value }) => [name, value]);
    expect(problem(Object.fromEntries(defaults))).toBeNull();
  });

  it.each([
    ["retention.ms", "-1"],
    ["retention.ms", " +5 "],
    ["retention.bytes", "-9223372036854775808"],
    ["compression.gzip.level", "-1"],
    ["compression.zstd.level", "22"],
    ["min.cleanable.dirty.ratio", "1e-1"],
    ["preallocate", " TRUE"],
    ["cleanup.policy", "compact , delete"],
    ["cleanup.policy", "delete,delete"],
    ["cleanup.policy", ""],
    ["follower.replication.throttled.replicas", "*"],
    ["follower.replication.throttled.replicas", "0:1,12:3"],
  ])("%s=%j", (name, value) => {
    expect(problem({ [name]: value })).toBeNull();
  });

  it("with small segments below the metadata.version of Kafka 4.1", () => {
    expect(problem({ "segment.bytes": "14" }, 25)).toBeNull();
    expect(problem({ "segment.bytes": "13" }, 25)).toBe(
      invalid("13", "segment.bytes", "Value must be at least 14"),
    );
    expect(problem({ "segment.bytes": "14" }, 26)).toBe(
      invalid("14", "segment.bytes", "Value must be at least 1048576"),
    );
  });
});

it("takes a topic's value from the topic, else from the cluster's default for brokers, else from Kafka", () => {
  const state = clusterState([{ id: 1 }]);
  const shared = { resourceType: 4, resourceName: "" };
  state.apply(
    record("config", { ...shared, name: "log.retention.ms", value: "7" }),
    record("config", { ...shared, name: "message.max.bytes", value: "8" }),
    record("config", { resourceType: 4, resourceName: "1", name: "log.segment.bytes", value: "9" }),
  );
  const configs = effectiveTopicConfigs(state.view(), new Map([["retention.ms", "5"]]));
  const names = configs.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  const found = new Map(
    configs.map(({ name, value, configSource }) => [name, [value, configSource]]),
  );
  expect(found.get("retention.ms")).toEqual(["5", 1]);
  expect(found.get("max.message.bytes")).toEqual(["8", 3]);
  expect(found.get("segment.bytes")).toEqual(["1073741824", 5]);
});
