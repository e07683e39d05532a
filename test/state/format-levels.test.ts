/** What a new cluster begins with: levels by release, and the records that say so. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import { bootstrapRecords, resolveFormat } from "../../src/state/format-levels.ts";
import { levelOf } from "../../src/state/metadata-version.ts";
import { recordedBatches } from "./recorded-log.ts";

it("begins a cluster with the records that Kafka begins it with", () => {
  const recorded = recordedBatches("metadata.log.jsonl")[0]?.records ?? [];
  const features = new Map([
    ["transaction.version", 2],
    ["share.version", 0],
    ["group.version", 1],
  ]);
  const written = bootstrapRecords({ metadataVersion: 25, features });
  expect(written.map(encodeRecord)).toEqual(recorded.map(encodeRecord));
});

it("puts the cluster's min.insync.replicas into the log when it tracks eligible leader replicas", () => {
  const features = new Map([["eligible.leader.replicas.version", 1]]);
  expect(bootstrapRecords({ metadataVersion: 26, features })).toEqual([
    { type: "beginTransaction", version: 0, data: { name: "Bootstrap records" } },
    { type: "featureLevel", version: 0, data: { name: "metadata.version", featureLevel: 26 } },
    {
      type: "featureLevel",
      version: 0,
      data: { name: "eligible.leader.replicas.version", featureLevel: 1 },
    },
    {
      type: "config",
      version: 0,
      data: { resourceType: 4, resourceName: "", name: "min.insync.replicas", value: "1" },
    },
    { type: "endTransaction", version: 0, data: {} },
  ]);
});

it.each([
  ["3.9", 21, "3.9-IV0", {}],
  ["4.0-IV0", 22, "4.0-IV0", { "group.version": 1 }],
  ["4.0", 25, "4.0-IV3", { "group.version": 1, "transaction.version": 2 }],
  [
    "4.1",
    27,
    "4.1-IV1",
    { "eligible.leader.replicas.version": 1, "group.version": 1, "transaction.version": 2 },
  ],
  [
    "4.3",
    30,
    "4.3-IV0",
    {
      "eligible.leader.replicas.version": 1,
      "group.version": 1,
      "share.version": 1,
      "streams.version": 1,
      "transaction.version": 2,
    },
  ],
  [
    "33",
    33,
    "4.4-IV2",
    {
      "eligible.leader.replicas.version": 1,
      "group.version": 1,
      "share.version": 2,
      "streams.version": 1,
      "transaction.version": 2,
    },
  ],
])(
  "gives release %s the levels that Kafka's formatter gives it",
  (release, level, name, features) => {
    expect(resolveFormat({ release })).toEqual({
      kind: "resolved",
      metadataVersion: level,
      name,
      features,
    });
  },
);

it("takes the newest level that all 4.x brokers can join when no release is asked for", () => {
  expect(resolveFormat({ release: null, features: {} })).toEqual(resolveFormat({ release: "4.0" }));
});

it("lets explicit levels win over those of the release", () => {
  const features = { "transaction.version": 0, "eligible.leader.replicas.version": 1 };
  expect(resolveFormat({ release: "4.0", features })).toMatchObject({
    features: { "eligible.leader.replicas.version": 1, "group.version": 1 },
  });
  const level = { "metadata.version": 23, "kraft.version": 1 };
  expect(resolveFormat({ features: level })).toMatchObject({
    metadataVersion: 23,
    features: { "group.version": 1 },
  });
});

it.each([
  ["3.8", {}, "3.9-IV0 (21) to 4.4-IV2 (33) are supported"],
  ["4.9", {}, "3.9-IV0 (21) to 4.4-IV2 (33) are supported"],
  ["", {}, "3.9-IV0 (21) to 4.4-IV2 (33) are supported"],
  [null, { "metadata.version": 21.5 }, "3.9-IV0 (21) to 4.4-IV2 (33) are supported"],
  ["4.0", { "metadata.version": 25 }, "either a release or a level"],
  ["4.0", { "transaction.version": 3 }, "0 to 2 are supported"],
  ["4.0", { "group.version": -1 }, "0 to 1 are supported"],
  ["4.0", { "kraft.version": 0 }, "only 1 is supported"],
  ["4.0", { "no.version": 1 }, "it is unknown; eligible.leader.replicas.version, group.version"],
  [
    "4.0-IV0",
    { "eligible.leader.replicas.version": 1 },
    "it needs metadata.version 4.0-IV1 (23) or newer",
  ],
])("refuses release %s with %o and says what is allowed", (release, features, allowed) => {
  const refused = resolveFormat({ release, features: features as Record<string, number> });
  expect(refused).toEqual({ kind: "refused", message: expect.stringContaining(allowed) });
});

interface Recorded {
  readonly level: string;
  readonly records: readonly NewRecord[];
}

const firstRecords = readFileSync(
  new URL("../fixtures/kafka-4.4.0/first-records.jsonl", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Recorded);

it("has what a 4.4.0 controller wrote first at every level that is supported", () => {
  expect(firstRecords.map(({ level }) => levelOf(level))).toEqual([
    21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
  ]);
});

it.each(firstRecords)("begins a cluster of $level as a 4.4.0 controller does", (recorded) => {
  const { level, records } = recorded;
  const resolved = resolveFormat({ release: level });
  if (resolved.kind === "refused") throw new Error(resolved.message);
  const features = new Map(Object.entries(resolved.features));
  expect(bootstrapRecords({ metadataVersion: resolved.metadataVersion, features })).toEqual(
    records,
  );
});

it("takes the minimum that is put into the log from the controller's properties", () => {
  const features = new Map([["eligible.leader.replicas.version", 1]]);
  const records = bootstrapRecords({ metadataVersion: 26, features }, "2");
  expect(records.filter(({ type }) => type === "config")).toMatchObject([{ data: { value: "2" } }]);
});
