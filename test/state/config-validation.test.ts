/** What values the configs of a topic may have. */

import { describe, expect, it } from "vitest";
import { newTopicConfigProblem, topicConfigProblem } from "../../src/state/config-validation.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { TOPIC_CONFIGS } from "../../src/state/topic-config.ts";
import { clusterState } from "./cluster-state.ts";

type Texts = Readonly<Record<string, string>>;

function viewAt(metadataVersion: number, properties: Texts = {}): MetadataReader {
  const state = clusterState([{ id: 1 }], { metadataVersion });
  const node = { nodeId: 1, properties: new Map(Object.entries(properties)) };
  return new MetadataReader(state.store, state.endOffset - 1, null, node);
}

const KAFKA_4_4 = viewAt(33);

function problem(values: Texts, view = KAFKA_4_4, before: Texts = {}): string | null {
  const texts = (given: Texts) => new Map(Object.entries(given));
  return topicConfigProblem(view, texts(values), texts(before));
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
    ["max.decompressed.message.bytes", "0", "0", "Value must be at least 1"],
    ["remote.copy.lag.ms", "-2", "-2", "Value must be at least -1"],
    [ratio, "1.5", "1.5", "Value must be no more than 1"],
    [ratio, "-1", "-1.0", "Value must be at least 0"],
    [ratio, "1e7", "1.0E7", "Value must be no more than 1"],
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

  it("when only a later release knows it", () => {
    const later = { "errors.deadletterqueue.group.enable": "true" };
    expect(problem(later, viewAt(31))).toBeNull();
    expect(problem(later, viewAt(30))).toBe(
      "Unknown topic config name: errors.deadletterqueue.group.enable",
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

  it("when it conflicts with a default that the controller's properties set", () => {
    const view = viewAt(33, { "log.cleaner.min.compaction.lag.ms": "11" });
    expect(problem({ "max.compaction.lag.ms": "10" }, view)).toBe(
      "conflict topic config setting min.compaction.lag.ms (11) > max.compaction.lag.ms (10)",
    );
  });

  it("when its value is longer than Kafka keeps", () => {
    const longest = `${" ".repeat(32_766)}1`;
    expect(newTopicConfigProblem(KAFKA_4_4, new Map([["flush.ms", longest]]))).toBeNull();
    expect(newTopicConfigProblem(KAFKA_4_4, new Map([["flush.ms", ` ${longest}`]]))).toBe(
      "The configuration value cannot be added because it exceeds the maximum value size of 32767 bytes.",
    );
  });
});

describe("tiered storage", () => {
  const remote = { "remote.storage.enable": "True" };
  const tiered = viewAt(33, { "remote.log.storage.system.enable": "true" });

  it("is refused where the controller's properties do not switch it on", () => {
    expect(problem(remote)).toBe(
      "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.",
    );
  });

  it.each<readonly [string, Texts, string | null]>([
    ["is allowed", {}, null],
    [
      "does not go with compaction",
      { "cleanup.policy": "delete,compact" },
      "Remote log storage only supports topics with cleanup.policy=delete or cleanup.policy being an empty list.",
    ],
    [
      "does not keep everything locally when not everything is kept",
      { "retention.ms": "10", "local.retention.ms": "-1" },
      invalid(
        "-1",
        "local.retention.ms",
        "Value must not be -1 as retention.ms value is set as 10.",
      ),
    ],
    [
      "does not keep more locally than is kept",
      { "retention.bytes": "10", "local.retention.bytes": "11" },
      invalid(
        "11",
        "local.retention.bytes",
        "Value must not be more than retention.bytes property value: 10",
      ),
    ],
    ["keeps what it likes of an unlimited log", { "local.retention.bytes": "11" }, null],
    [
      "copies before what is kept locally is gone",
      { "retention.ms": "10", "remote.copy.lag.ms": "11" },
      invalid(
        "11",
        "remote.copy.lag.ms",
        "Value must not exceed local.retention.ms (effective value: 10)",
      ),
    ],
    [
      "does not let go of what is copied no more",
      { "remote.log.copy.disable": "true", "local.retention.ms": "1" },
      "When `remote.log.copy.disable` is set to true, the `local.retention.ms` and `retention.ms` must be set to the identical value because there will be no more logs copied to the remote storage.",
    ],
  ])("%s", (_, values, expected) => {
    expect(problem({ ...remote, ...values }, tiered)).toBe(expected);
  });

  it("is not switched off without a word about what is stored", () => {
    const off = { "remote.storage.enable": "false" };
    expect(problem(off, tiered, { "remote.storage.enable": "true" })).toMatch(
      /^It is invalid to disable remote storage without deleting remote data\. /,
    );
    const deleting = { ...off, "remote.log.delete.on.disable": "true" };
    expect(problem(deleting, tiered, { "remote.storage.enable": "true" })).toBeNull();
  });
});

describe("a config is accepted", () => {
  it("with its own default, whichever it is", () => {
    const defaults = TOPIC_CONFIGS.flatMap(({ name, default: value }) =>
      value === null ? [] : [[name, value] as const],
    );
    expect(defaults).toHaveLength(37);
    expect(problem(Object.fromEntries(defaults))).toBeNull();
  });

  it.each([
    ["retention.ms", "-1"],
    ["retention.ms", " +5 "],
    ["retention.bytes", "-9223372036854775808"],
    ["compression.gzip.level", "-1"],
    ["compression.zstd.level", "22"],
    ["min.cleanable.dirty.ratio", "1e-1"],
    ["min.cleanable.dirty.ratio", "NaN"],
    ["preallocate", " TRUE"],
    ["cleanup.policy", "compact , delete"],
    ["cleanup.policy", "delete,delete"],
    ["cleanup.policy", ""],
    ["follower.replication.throttled.replicas", "*"],
    ["follower.replication.throttled.replicas", "0:1,12:3"],
    ["internal.segment.bytes", "14"],
  ])("%s=%j", (name, value) => {
    expect(problem({ [name]: value })).toBeNull();
  });
});
