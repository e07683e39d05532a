/** What the configs of groups and of client metrics may be, where the recorded alterations leave something open. */

import { describe, expect, it } from "vitest";
import { clientMetricsRefusal } from "../../src/state/client-metrics-config.ts";
import { GROUP_CONFIGS, groupConfigProblem } from "../../src/state/group-config.ts";
import { isJavaPattern } from "../../src/state/java-pattern.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { clusterState } from "./cluster-state.ts";

type Texts = Readonly<Record<string, string>>;

function problem(configs: Texts, properties: Texts = {}, metadataVersion = 33): string | null {
  const state = clusterState([{ id: 1 }], { metadataVersion });
  const node = { nodeId: 1, properties: new Map(Object.entries(properties)) };
  const view = new MetadataReader(state.store, state.endOffset - 1, null, node);
  return groupConfigProblem(view, new Map(Object.entries(configs)));
}

describe("a group", () => {
  it("may have every config with its own default", () => {
    const defaults = GROUP_CONFIGS.flatMap(({ name, default: value }) =>
      value === null ? [] : [[name, value] as const],
    );
    expect(defaults).toHaveLength(26);
    expect(problem(Object.fromEntries(defaults))).toBeNull();
  });

  it("is limited by the properties of the controller", () => {
    const session = { "consumer.session.timeout.ms": "61000" };
    expect(problem(session)).toBe(
      "consumer.session.timeout.ms must be in the range 45000 to 60000 inclusive.",
    );
    expect(problem(session, { "group.consumer.max.session.timeout.ms": "61000" })).toBeNull();
    expect(problem({ "streams.num.standby.replicas": "3" })).toBe(
      "streams.num.standby.replicas must be less than or equal to 2",
    );
    expect(problem({ "streams.task.offset.interval.ms": "14999" })).toBe(
      "streams.task.offset.interval.ms must be greater than or equal to 15000",
    );
  });

  it("speaks more often than it may be silent, also where only one of both is its own", () => {
    const slow = { "group.share.max.heartbeat.interval.ms": "50000" };
    expect(problem({ "share.heartbeat.interval.ms": "45000" }, slow)).toBe(
      "share.session.timeout.ms must be greater than share.heartbeat.interval.ms",
    );
    expect(problem({ "share.heartbeat.interval.ms": "44999" }, slow)).toBeNull();
  });

  it("takes an assignor that there is", () => {
    const other = { "streams.assignor.name": "other" };
    expect(problem(other)).toBe(
      "streams.assignor.name 'other' is not a registered task assignor. Registered assignors are: [sticky].",
    );
    expect(problem(other, { "group.streams.assignors": "sticky, other" })).toBeNull();
  });

  it("has no internal topic for what it cannot process", () => {
    expect(problem({ "errors.deadletterqueue.topic.name": "__x" })).toBe(
      "errors.deadletterqueue.topic.name: DLQ topic name must not start with '__'",
    );
  });

  it("does not have what only a later release knows", () => {
    expect(problem({ "streams.assignor.name": "sticky" }, {}, 30)).toBe(
      "Unknown group config name: streams.assignor.name",
    );
  });

  it.each([
    ["by_duration:P1DT1H1M1.5S", true],
    ["by_duration:-PT-1S", true],
    ["by_duration:PT1M-61S", false],
    ["by_duration:PT", false],
    ["by_duration:P", false],
    ["by_duration:1H", false],
    ["by_duration", false],
    ["Earliest", false],
  ])("begins at %s: %s", (reset, isFine) => {
    expect(problem({ "share.auto.offset.reset": reset }) === null).toBe(isFine);
  });
});

describe("a subscription to client metrics", () => {
  it.each<readonly [Texts, number, string]>([
    [{ nope: "1" }, 42, "Unknown client metrics configuration: nope"],
    [
      { "interval.ms": "99" },
      42,
      "Invalid value 99 for interval.ms, interval must be between 100 and 3600000 (1 hour)",
    ],
    [
      { "interval.ms": "x" },
      40,
      "Invalid value x for configuration interval.ms: Not a number of type INT",
    ],
    [{ metrics: "a,,b" }, 40, "Configuration 'metrics' values must not be empty."],
    [{ match: "client_id=a,host=b" }, 40, "Illegal client matching pattern: host=b"],
    [{ match: "client_id" }, 40, "Illegal client matching pattern: client_id"],
    [{ match: "client_id=(" }, 40, "Illegal client matching pattern: client_id=("],
  ])("is refused: %j", (configs, errorCode, message) => {
    expect(clientMetricsRefusal("m", new Map(Object.entries(configs)))).toEqual({
      errorCode,
      message,
    });
  });

  it("is accepted", () => {
    const configs = {
      metrics: "a, b,a",
      "interval.ms": " +100 ",
      match: "client_id = x.*, client_source_port=1+",
    };
    expect(clientMetricsRefusal("m", new Map(Object.entries(configs)))).toBeNull();
  });
});

it.each([
  ["a.*b|c[d-f]{2,3}\\d", true],
  ["(?i)abc(?-s:d)", true],
  ["a*+b++c?+", true],
  ["(?>ab)", true],
  ["\\Qa(b\\E\\p{Alpha}\\P{IsLatin}\\A\\z", true],
  ["[a-z&&[^b]]", true],
  ["a{", false],
  ["{", false],
  ["[{]\\{", true],
  ["(", false],
  [")", false],
  ["*a", false],
  ["a\\", false],
  ["(?y)a", false],
])("takes the pattern %j as Java does: %s", (pattern, isFine) => {
  expect(isJavaPattern(pattern)).toBe(isFine);
});
