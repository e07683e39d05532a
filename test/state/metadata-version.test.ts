/** Levels of metadata.version: names, what going down would lose, and which version of each record a level writes. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { RECORDS, type RecordName } from "../../src/protocol/metadata-record.ts";
import {
  isLevel,
  levelName,
  levelOf,
  losesMetadata,
  partitionChangeRecordVersion,
  partitionRecordVersion,
  recordVersion,
  registerBrokerRecordVersion,
} from "../../src/state/metadata-version.ts";
import { recordedBatches } from "./recorded-log.ts";

interface Level {
  readonly level: number;
  readonly name: string;
  readonly metadataChanged: boolean;
  readonly registerBrokerRecord: number;
  readonly partitionRecord: number;
  readonly partitionChangeRecord: number;
}

/** As the classes of 4.4.0 have them. */
const LEVELS = JSON.parse(
  readFileSync(new URL("../fixtures/kafka-4.4.0/levels.json", import.meta.url), "utf8"),
) as readonly Level[];

const NAMES = Object.keys(RECORDS) as (keyof typeof RECORDS)[];

it("names the levels as Kafka 4.4.0 does", () => {
  expect(LEVELS.map(({ level }) => levelName(level))).toEqual(LEVELS.map(({ name }) => name));
  expect([6, 7, 33, 34].map(isLevel)).toEqual([false, true, true, false]);
});

it("knows whether going down from a level to another would lose metadata", () => {
  for (const { level: from } of LEVELS) {
    for (const { level: to } of LEVELS) {
      const between = LEVELS.filter(({ level }) => level > to && level <= from);
      const loses = between.some(({ metadataChanged }) => metadataChanged);
      expect(losesMetadata(from, to), `${from} to ${to}`).toBe(loses);
    }
  }
  expect(LEVELS.filter(({ level }) => losesMetadata(33, level)).length).toBe(26);
});

it("writes the versions of records that depend on the level as Kafka 4.4.0 does", () => {
  for (const { level, ...versions } of LEVELS) {
    expect(registerBrokerRecordVersion(level)).toBe(versions.registerBrokerRecord);
    expect(partitionRecordVersion(level)).toBe(versions.partitionRecord);
    expect(partitionChangeRecordVersion(level)).toBe(versions.partitionChangeRecord);
  }
});

it("writes at the newest level the newest version of every record, apart from three of the past", () => {
  const newest = NAMES.map((name) => [name, RECORDS[name].schema.maxVersion] as const);
  const past = ["fenceBroker", "unfenceBroker", "zkMigrationState"];
  expect(NAMES.map((name) => [name, recordVersion(name, 33)])).toEqual(
    newest.map(([name, version]) => [name, past.includes(name) ? null : version]),
  );
});

it("says from which level on a record is written at all", () => {
  const first = (name: RecordName): number | null =>
    LEVELS.find(({ level }) => recordVersion(name, level) !== null)?.level ?? null;
  const later = NAMES.filter((name) => first(name) !== 7);
  expect(Object.fromEntries(later.map((name) => [name, first(name)]))).toEqual({
    fenceBroker: null,
    unfenceBroker: null,
    zkMigrationState: null,
    userScramCredential: 11,
    removeUserScramCredential: 11,
    beginTransaction: 13,
    endTransaction: 13,
    abortTransaction: 13,
    delegationToken: 14,
    removeDelegationToken: 14,
    registerController: 15,
    clearElr: 23,
    unregisterController: 33,
  });
});

it("writes the versions that a recorded controller of level 25 wrote", () => {
  const records = recordedBatches("metadata.log.jsonl").flatMap((batch) => batch.records);
  const changes = records.filter(({ type }) => type === "brokerRegistrationChange");
  const others = records.filter(({ type }) => type !== "brokerRegistrationChange");
  const written = new Map(others.map(({ type, version }) => [type, version]));
  expect(written.size).toBe(18);
  expect(new Map([...written.keys()].map((type) => [type, recordVersion(type, 25)]))).toEqual(
    written,
  );
  expect(Math.max(...changes.map(({ version }) => version))).toBeLessThanOrEqual(
    recordVersion("brokerRegistrationChange", 25) ?? -1,
  );
});

it("names each level, and finds it by its name, its number, and the newest of a release", () => {
  for (let level = 7; level <= 33; level++) {
    expect(levelOf(levelName(level))).toBe(level);
    expect(levelOf(String(level))).toBe(level);
  }
  const releases = [
    "3.3",
    "3.4",
    "3.5",
    "3.6",
    "3.7",
    "3.8",
    "3.9",
    "4.0",
    "4.1",
    "4.2",
    "4.3",
    "4.4",
  ];
  expect(releases.map(levelOf)).toEqual([7, 8, 11, 14, 19, 20, 21, 25, 27, 29, 30, 33]);
  expect([levelOf("4"), levelOf("34"), levelOf("4.0-")]).toEqual([null, null, null]);
});
