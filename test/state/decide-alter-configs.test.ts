/** What AlterConfigs comes to where it is not what IncrementalAlterConfigs does. */

import { expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { decideAlterConfigs } from "../../src/state/decide-alter-configs.ts";
import { ELR_FEATURE } from "../../src/state/features.ts";
import { addTopic, clusterState, uuid } from "./cluster-state.ts";
import { record } from "./records.ts";

const [TOPIC, BROKER, LOGGER] = [2, 4, 8] as const;

function decide(
  resources: readonly (readonly [
    type: number,
    name: string,
    configs: Record<string, string | null>,
  ])[],
  { elr = false, validateOnly = false } = {},
) {
  const state = clusterState([{ id: 11 }], { metadataVersion: 33 });
  if (elr) state.apply(record("featureLevel", { name: ELR_FEATURE, featureLevel: 1 }));
  const configs = { "flush.ms": "1", "min.insync.replicas": "2", "retention.ms": "3" };
  addTopic(state, { name: "t", topicId: uuid(1), configs }, { replicas: [11] });
  for (const [resourceName, name] of [
    ["", "min.insync.replicas"],
    ["11", "max.connections"],
  ] as const) {
    state.apply(record("config", { resourceType: BROKER, resourceName, name, value: "1" }));
  }
  const request = {
    resources: resources.map(([resourceType, resourceName, values]) => ({
      resourceType,
      resourceName,
      configs: Object.entries(values).map(([name, value]) => ({ name, value })),
    })),
    validateOnly,
  };
  const context = { rights: { authorize: () => true }, forwarded: false };
  const { records, response } = decideAlterConfigs(request, state.view(), context);
  return {
    records: records.map(({ type, data }) =>
      type === "config" ? [data.resourceName, data.name, data.value] : [type, data],
    ),
    answers: (response.responses ?? []).map(({ errorCode, errorMessage }) => [
      errorCode,
      errorMessage,
    ]),
  };
}

const FINE = [0, null];

it("sets what is named, leaves what is so already, and deletes what is left out", () => {
  const asked = [
    TOPIC,
    "t",
    { "retention.ms": "3", "segment.ms": "4", preallocate: null },
  ] as const;
  expect(decide([asked])).toEqual({
    records: [
      ["t", "segment.ms", "4"],
      ["t", "flush.ms", null],
      ["t", "min.insync.replicas", null],
    ],
    answers: [FINE],
  });
  expect(decide([asked], { validateOnly: true })).toEqual({ records: [], answers: [FINE] });
});

it("forgets eligible leader replicas also where min.insync.replicas is left out", () => {
  const { records } = decide([[TOPIC, "t", {}]], { elr: true });
  expect(records.at(-1)).toEqual(["clearElr", { topicName: "t" }]);
  expect(records).toHaveLength(4);
});

it("may not leave out what the cluster needs", () => {
  expect(decide([[BROKER, "", { "max.connections": "7" }]], { elr: true })).toEqual({
    records: [],
    answers: [
      [
        ErrorCode.INVALID_CONFIG,
        "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.",
      ],
    ],
  });
});

it("writes a broker's configs again", () => {
  expect(decide([[BROKER, "11", { "max.connections": "1" }]]).records).toEqual([
    ["11", "max.connections", "1"],
  ]);
});

it("knows no loggers", () => {
  expect(decide([[LOGGER, "1", { root: "INFO" }]]).answers).toEqual([
    [ErrorCode.INVALID_REQUEST, "Unexpected resource type BROKER_LOGGER."],
  ]);
});

it("refuses all resources when there would be too many records", () => {
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`x${i}`, "1"]));
  const tooLarge = [
    ErrorCode.POLICY_VIOLATION,
    "Unable to perform excessively large batch operation.",
  ];
  expect(
    decide([
      [BROKER, "11", many],
      [TOPIC, "t", {}],
    ]),
  ).toEqual({
    records: [],
    answers: [tooLarge, tooLarge],
  });
});
