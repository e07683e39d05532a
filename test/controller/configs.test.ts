/** Configs over a whole cluster: altered by the active controller, described by any, followed by what is decided. */

import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { Cluster, type Stream } from "./cluster.ts";
import { clusterWithBroker, creation, joinBroker } from "./requests.ts";

const [TOPIC, BROKER, LOGGER] = [2, 4, 8] as const;

function alter(
  stream: Stream,
  resourceType: number,
  resourceName: string,
  configs: Record<string, string>,
) {
  const { responses } = stream.call("incrementalAlterConfigs", {
    resources: [
      {
        resourceType,
        resourceName,
        configs: Object.entries(configs).map(([name, value]) => ({
          name,
          value,
          configOperation: 0,
        })),
      },
    ],
    validateOnly: false,
  });
  return responses.map(({ errorCode }) => errorCode);
}

function describeOne(stream: Stream, resourceType: number, resourceName: string, name: string) {
  const { results } = stream.call("describeConfigs", {
    resources: [{ resourceType, resourceName, configurationKeys: [name] }],
    includeSynonyms: false,
  });
  const [result] = results;
  const [config] = result?.configs ?? [];
  return [result?.errorCode, config?.value, config?.configSource];
}

test("what the active controller has altered, every controller describes", () => {
  const { cluster, leader, stream } = clusterWithBroker();
  stream.call("createTopics", creation("events"));
  expect(alter(stream, TOPIC, "events", { "retention.ms": "5" })).toEqual([0]);
  expect(alter(stream, TOPIC, "events", { "retention.ms": "x" })).toEqual([
    ErrorCode.INVALID_CONFIG,
  ]);
  expect(alter(stream, BROKER, "", { "log.segment.bytes": "2000000" })).toEqual([0]);
  cluster.run(1000);
  for (const id of cluster.ids) {
    const other = cluster.connect(id);
    expect(describeOne(other, TOPIC, "events", "retention.ms")).toEqual([0, "5", 1]);
    expect(describeOne(other, TOPIC, "events", "segment.bytes")).toEqual([0, "2000000", 3]);
    expect(describeOne(other, BROKER, String(id), "node.id")).toEqual([0, String(id), 4]);
    const stranger = id === leader ? 99 : leader;
    expect(describeOne(other, BROKER, String(stranger), "node.id")[0]).toBe(
      ErrorCode.INVALID_REQUEST,
    );
  }
});

test("AlterConfigs replaces what a topic had", () => {
  const { cluster, stream } = clusterWithBroker();
  stream.call("createTopics", creation("events"));
  alter(stream, TOPIC, "events", { "retention.ms": "5", "flush.ms": "6" });
  const { responses } = stream.call("alterConfigs", {
    resources: [
      { resourceType: TOPIC, resourceName: "events", configs: [{ name: "flush.ms", value: "7" }] },
    ],
    validateOnly: false,
  });
  expect(responses).toEqual([
    { errorCode: 0, errorMessage: null, resourceType: TOPIC, resourceName: "events" },
  ]);
  cluster.run(1000);
  expect(describeOne(stream, TOPIC, "events", "flush.ms")).toEqual([0, "7", 1]);
  expect(describeOne(stream, TOPIC, "events", "retention.ms")).toEqual([0, "604800000", 5]);
});

test("a controller that is not active alters nothing, but answers for its own loggers", () => {
  const { cluster, leader } = clusterWithBroker();
  const follower = cluster.ids.find((id) => id !== leader) ?? 0;
  const stream = cluster.connect(follower);
  expect(alter(stream, BROKER, "101", { a: "b" })).toEqual([ErrorCode.NOT_CONTROLLER]);
  expect(alter(stream, LOGGER, String(follower), {})).toEqual([0]);
  expect(alter(stream, LOGGER, String(leader), {})).toEqual([ErrorCode.INVALID_REQUEST]);
});

test("a topic without configs has those of the controller's properties", () => {
  const properties = { "log.retention.hours": "2", "min.insync.replicas": "2" };
  const cluster = new Cluster({ seed: 7, properties });
  cluster.format();
  const stream = cluster.connect(cluster.leader());
  joinBroker(cluster, stream);
  const { topics } = stream.call("createTopics", creation("events"));
  const configs = topics[0]?.configs ?? [];
  const found = Object.fromEntries(
    configs.map(({ name, value, configSource }) => [name, [value, configSource]]),
  );
  expect(found).toMatchObject({
    "retention.ms": ["7200000", 4],
    "min.insync.replicas": ["2", 4],
    "segment.bytes": ["1073741824", 5],
  });
});
