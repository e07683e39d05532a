/** Which value of a topic's config holds. */

import { describe, expect, it } from "vitest";
import { effectiveTopicConfig, effectiveTopicConfigs } from "../../src/state/effective-config.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { topicDefaultsProblem } from "../../src/state/topic-defaults.ts";
import { TopicRuleBook } from "../../src/state/topic-rules.ts";
import { addTopic, clusterState, uuid } from "./cluster-state.ts";
import { record } from "./records.ts";

const BROKER = 4;

function config(resourceName: string, name: string, value: string) {
  return record("config", { resourceType: BROKER, resourceName, name, value });
}

const state = clusterState([{ id: 1 }], { metadataVersion: 33 });
addTopic(
  state,
  {
    name: "own",
    topicId: uuid(1),
    configs: { "min.insync.replicas": "3", "unclean.leader.election.enable": " true" },
  },
  { replicas: [1, 2, 3] },
);
addTopic(state, { name: "plain", topicId: uuid(2) }, { replicas: [1, 2, 3] });
state.apply(
  config("", "log.retention.minutes", " 2 "),
  config("", "log.retention.hours", "5"),
  config("", "message.max.bytes", "8"),
  config("", "log.roll.hours", "no number"),
  config("5", "message.max.bytes", "9"),
  config("1", "log.segment.bytes", "10"),
);

function viewOf(nodeId: number, properties: Readonly<Record<string, string>> = {}) {
  const node = { nodeId, properties: new Map(Object.entries(properties)) };
  return new MetadataReader(state.store, state.endOffset - 1, null, node);
}

/** Value and source by name. */
function found(view: MetadataReader, overrides: Readonly<Record<string, string>> = {}) {
  const configs = effectiveTopicConfigs(view, new Map(Object.entries(overrides)));
  const names = configs.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  return Object.fromEntries(
    configs.map(({ name, value, configSource }) => [name, [value, configSource]]),
  );
}

describe("the value that holds is", () => {
  const properties = {
    "log.retention.ms": "7",
    "log.cleaner.delete.retention.ms": "6",
    "log.roll.jitter.hours": "2",
  };

  it("the topic's own, as it was given", () => {
    expect(found(viewOf(5), { "retention.ms": " 5 " })["retention.ms"]).toEqual([" 5 ", 1]);
  });

  it("else what is set for the node that decides, else for all brokers, else its property, else Kafka's", () => {
    expect(found(viewOf(5, properties))).toMatchObject({
      "max.message.bytes": ["9", 2],
      "retention.ms": ["120000", 3],
      "delete.retention.ms": ["6", 4],
      "segment.jitter.ms": ["7200000", 4],
      "segment.bytes": ["1073741824", 5],
      "segment.ms": ["0", 3],
    });
    expect(found(viewOf(1, properties))).toMatchObject({
      "max.message.bytes": ["8", 3],
      "segment.bytes": ["10", 2],
    });
  });

  it("shown of what Kafka keeps for its tests only where it is set", () => {
    const name = "internal.segment.bytes";
    expect(found(viewOf(5))).not.toHaveProperty([name]);
    expect(found(viewOf(5), { [name]: "9" })[name]).toEqual(["9", 1]);
  });
});

describe("the rules of a topic", () => {
  const properties = { "min.insync.replicas": "2", "unclean.leader.election.enable": "TRUE" };

  it("follow the properties of the controller", () => {
    const { uncleanElection, minInsyncReplicas } = new TopicRuleBook(viewOf(5, properties)).rulesOf(
      uuid(2),
    );
    expect({ uncleanElection, minInsyncReplicas }).toEqual({
      uncleanElection: true,
      minInsyncReplicas: 2,
    });
    expect(new TopicRuleBook(viewOf(5)).rulesOf(uuid(2))).toMatchObject({
      uncleanElection: false,
      minInsyncReplicas: 1,
    });
  });

  it("follow the topic first, and take no blanks for a yes", () => {
    expect(new TopicRuleBook(viewOf(5, properties)).rulesOf(uuid(1))).toMatchObject({
      uncleanElection: false,
      minInsyncReplicas: 3,
    });
    expect(effectiveTopicConfig(viewOf(5), "own", "min.insync.replicas")).toBe("3");
  });

  it("need one replica in sync when a broker's value is none", () => {
    const odd = clusterState([{ id: 1 }]);
    odd.apply(config("", "min.insync.replicas", "x"));
    addTopic(odd, { name: "t", topicId: uuid(3) }, { replicas: [1, 2] });
    expect(new TopicRuleBook(odd.view()).rulesOf(uuid(3)).minInsyncReplicas).toBe(1);
  });
});

describe("properties that topics follow", () => {
  it.each([
    [
      "log.retention.ms",
      "abc",
      "Invalid value abc for configuration log.retention.ms: Not a number of type LONG",
    ],
    [
      "log.retention.hours",
      "1.5",
      "Invalid value 1.5 for configuration log.retention.hours: Not a number of type INT",
    ],
    [
      "min.insync.replicas",
      "0",
      "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1",
    ],
    [
      "log.segment.bytes",
      "14",
      "Invalid value 14 for configuration log.segment.bytes: Value must be at least 1048576",
    ],
    [
      "log.roll.hours",
      "0",
      "Invalid value 0 for configuration log.roll.hours: Value must be at least 1",
    ],
  ])("are refused: %s=%s", (name, value, problem) => {
    expect(topicDefaultsProblem(new Map([[name, value]]))).toBe(problem);
  });

  it("are allowed, with any negative number for messages that are kept for ever", () => {
    const allowed = {
      "log.retention.hours": "-5",
      "log.roll.ms": "1",
      "log.cleanup.policy": "compact",
    };
    expect(topicDefaultsProblem(new Map(Object.entries(allowed)))).toBeNull();
  });
});
