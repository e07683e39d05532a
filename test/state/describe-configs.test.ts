/** What a controller says of configs; the recorded answers are those of a controller of Kafka 4.4.0. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { AuthorizedAction } from "../../src/state/authorizer.ts";
import type { ConfigRights } from "../../src/state/config-resources.ts";
import { describeConfigs } from "../../src/state/describe-configs.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import type { MetadataView } from "../../src/state/metadata-view.ts";
import { addTopic, clusterState, uuid } from "./cluster-state.ts";
import { record } from "./records.ts";

interface Recorded {
  readonly topic: { readonly name: string; readonly configs: Readonly<Record<string, string>> };
  readonly settings: readonly (readonly [number, string, string, string])[];
  readonly properties: Readonly<Record<string, string>>;
}

interface RecordedCall {
  readonly request: Asked & { readonly includeSynonyms: boolean };
  /** `configs` are rows of name, value, readOnly, configSource, isSensitive, synonyms and configType. */
  readonly result: object & { readonly configs: readonly (readonly [string, ...unknown[]])[] };
}

interface Asked {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configurationKeys: string[] | null;
}

const path = new URL("../fixtures/kafka-4.4.0/config-descriptions.jsonl", import.meta.url);
const [first = "", ...lines] = readFileSync(path, "utf8").trim().split("\n");
const recorded = JSON.parse(first) as Recorded;
const calls = lines.map((line) => JSON.parse(line) as RecordedCall);

function recordedView(): MetadataView {
  const state = clusterState([{ id: 11 }], { metadataVersion: 33 });
  addTopic(state, { ...recorded.topic, topicId: uuid(7) }, { replicas: [11] });
  const settings = [[4, "", "min.insync.replicas", "1"] as const, ...recorded.settings];
  for (const [resourceType, resourceName, name, value] of settings) {
    state.apply(record("config", { resourceType, resourceName, name, value }));
  }
  const node = { nodeId: 1, properties: new Map(Object.entries(recorded.properties)) };
  return new MetadataReader(state.store, state.endOffset - 1, null, node);
}

const view = recordedView();
const ANYBODY: ConfigRights = { authorize: () => true };

function results(asked: readonly Asked[], { includeSynonyms = true, rights = ANYBODY } = {}) {
  const resources = asked.map((each) => ({ ...each }));
  const request = { resources, includeSynonyms, includeDocumentation: true };
  return describeConfigs(request, view, rights).results ?? [];
}

function ask(
  resourceType: number,
  resourceName: string,
  configurationKeys: string[] | null = null,
) {
  return { resourceType, resourceName, configurationKeys };
}

it.each(calls.map((call) => [JSON.stringify(call.request), call] as const))(
  "answers as Kafka did: %s",
  (_, { request, result }) => {
    const [answer] = results([request], request);
    const configs = (answer?.configs ?? []).map((config): [string, ...unknown[]] => [
      config.name ?? "",
      config.value,
      config.readOnly,
      config.configSource,
      config.isSensitive,
      (config.synonyms ?? []).map(({ name, value, source }) => [name, value, source]),
      config.configType,
    ]);
    // What is set for all brokers comes in the order of a table whose size tells how it came about.
    const sorted = (rows: RecordedCall["result"]["configs"]) =>
      request.resourceType === 4 ? rows.toSorted(([a], [b]) => (a < b ? -1 : 1)) : rows;
    expect({ ...answer, configs: sorted(configs) }).toEqual({
      ...result,
      configs: sorted(result.configs),
    });
  },
);

it("lists what counts for a controller, with its values, and hides its secrets", () => {
  const names = ["delegation.token.secret.key", "log.retention.hours", "node.id", "num.partitions"];
  const [own] = results([ask(4, "1", [...names, "log.dirs"])]);
  const config = (name: string, value: string | null, configSource: number, rest: object) => ({
    name,
    value,
    configSource,
    readOnly: true,
    isSensitive: false,
    documentation: null,
    ...rest,
  });
  expect(own?.configs).toEqual([
    config("delegation.token.secret.key", null, 4, {
      isSensitive: true,
      synonyms: [{ name: "delegation.token.secret.key", value: null, source: 4 }],
      configType: 9,
    }),
    config("log.retention.hours", "48", 4, {
      synonyms: [
        { name: "log.retention.hours", value: "48", source: 4 },
        { name: "log.retention.hours", value: "168", source: 5 },
      ],
      configType: 3,
    }),
    config("node.id", "1", 4, {
      synonyms: [{ name: "node.id", value: "1", source: 4 }],
      configType: 3,
    }),
    config("num.partitions", "1", 5, {
      synonyms: [{ name: "num.partitions", value: "1", source: 5 }],
      configType: 3,
    }),
  ]);
});

it("a list of choices is shown with each of them once, and any other list as it was set", () => {
  const state = clusterState([{ id: 11 }], { metadataVersion: 25 });
  addTopic(state, { name: "t", topicId: uuid(7) }, { replicas: [11] });
  const throttled = "leader.replication.throttled.replicas";
  const set = { "cleanup.policy": "delete, compact,compact", [throttled]: "0:1,0:1" };
  for (const [name, value] of Object.entries(set)) {
    state.apply(record("config", { resourceType: 2, resourceName: "t", name, value }));
  }
  const resource = { resourceType: 2, resourceName: "t", configurationKeys: Object.keys(set) };
  const request = { resources: [resource], includeSynonyms: true, includeDocumentation: false };
  const [described] = describeConfigs(request, state.view(), ANYBODY).results ?? [];
  const shown = new Map(
    described?.configs?.map(({ name, value, synonyms }) => [name, [value, synonyms?.[0]?.value]]),
  );
  expect(shown.get("cleanup.policy")).toEqual(["delete,compact", "delete,compact"]);
  expect(shown.get(throttled)).toEqual(["0:1,0:1", "0:1,0:1"]);
});

describe("without the right to describe configs", () => {
  it("a resource is refused behind the others, with the code of its type", () => {
    const asked: AuthorizedAction[] = [];
    const rights = {
      authorize(action: AuthorizedAction) {
        asked.push(action);
        return action.resourceType === 2 && action.resourceName === recorded.topic.name;
      },
    };
    const resources = [
      ask(2, "secret"),
      ask(4, ""),
      ask(32, "g"),
      ask(2, recorded.topic.name, ["flush.ms"]),
    ];
    const answers = results(resources, { rights });
    expect(
      answers.map(({ resourceName, errorCode, errorMessage }) => [
        resourceName,
        errorCode,
        errorMessage,
      ]),
    ).toEqual([
      [recorded.topic.name, 0, ""],
      ["secret", ErrorCode.TOPIC_AUTHORIZATION_FAILED, "Topic authorization failed."],
      ["", ErrorCode.CLUSTER_AUTHORIZATION_FAILED, "Cluster authorization failed."],
      ["g", ErrorCode.GROUP_AUTHORIZATION_FAILED, "Group authorization failed."],
    ]);
    expect(asked.slice(0, 3)).toEqual([
      { operation: 10, resourceType: 2, resourceName: "secret" },
      { operation: 10, resourceType: 4, resourceName: "kafka-cluster" },
      { operation: 10, resourceType: 3, resourceName: "g" },
    ]);
  });
});

it("refuses all resources when one is of a type that there is not", () => {
  const answers = results([ask(2, recorded.topic.name), ask(64, "x")]);
  expect(answers.map(({ errorCode, configs }) => [errorCode, configs])).toEqual([
    [ErrorCode.INVALID_REQUEST, []],
    [ErrorCode.INVALID_REQUEST, []],
  ]);
});

it("answers before there is any metadata", () => {
  const empty = new MetadataReader(new MemoryVersionedStore(), -1, null, {
    nodeId: 1,
    properties: new Map(),
  });
  const request = {
    resources: [
      ask(32, "g", ["share.session.timeout.ms"]),
      ask(4, "1", ["node.id"]),
      ask(16, "m", ["match"]),
    ],
    includeSynonyms: false,
    includeDocumentation: false,
  };
  const answers = describeConfigs(request, empty, ANYBODY).results ?? [];
  expect(
    answers.map(({ configs = [] }) => configs.map(({ name, value }) => [name, value])),
  ).toEqual([[["share.session.timeout.ms", "45000"]], [["node.id", "1"]], [["match", ""]]]);
});
