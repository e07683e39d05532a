/**
 * Levels of metadata.version (KIP-584, KIP-778): their names, which of them changed what the log holds, and which
 * version of each record a level writes.
 */

import { present } from "../base/assert.ts";
import type { RecordName } from "../protocol/metadata-record.ts";

export const METADATA_FEATURE = "metadata.version";

/** Whether a level began to write something that lower levels would lose. */
type Change = "records" | null;

/** By level; the first is 7. */
const FIRST_LEVEL = 7;
const LEVELS: readonly (readonly [name: string, change: Change])[] = [
  ["3.3-IV3", "records"],
  ["3.4-IV0", "records"],
  ["3.5-IV0", null],
  ["3.5-IV1", null],
  ["3.5-IV2", "records"],
  ["3.6-IV0", null],
  ["3.6-IV1", "records"],
  ["3.6-IV2", "records"],
  ["3.7-IV0", "records"],
  ["3.7-IV1", null],
  ["3.7-IV2", "records"],
  ["3.7-IV3", null],
  ["3.7-IV4", null],
  ["3.8-IV0", null],
  ["3.9-IV0", null],
  ["4.0-IV0", null],
  ["4.0-IV1", "records"],
  ["4.0-IV2", null],
  ["4.0-IV3", null],
  ["4.1-IV0", null],
  ["4.1-IV1", null],
  ["4.2-IV0", null],
  ["4.2-IV1", null],
  ["4.3-IV0", "records"],
  ["4.4-IV0", null],
  ["4.4-IV1", "records"],
  ["4.4-IV2", "records"],
];

/** Levels at which something began that this controller must know of. */
export const MetadataVersion = {
  MIN_SUPPORTED: 21,
  MAX_SUPPORTED: 33,
  CONTROLLER_REGISTRATION: 15,
  DIRECTORY_ASSIGNMENT: 17,
  ELIGIBLE_LEADER_REPLICAS: 23,
  CORDONED_LOG_DIRS: 30,
  CIDR_ACLS: 32,
  CONTROLLER_UNREGISTRATION: 33,
} as const;

/** The name of a level, such as "4.0-IV3". */
export function levelName(level: number): string {
  const [name] = present(LEVELS[level - FIRST_LEVEL], `metadata.version has no level ${level}`);
  return name;
}

/** Whether a level of that number is known, supported or not. */
export function isLevel(level: number): boolean {
  return LEVELS[level - FIRST_LEVEL] !== undefined;
}

/** The level of a release ("4.0": its newest), of a level's name ("4.0-IV3") or of a number ("25"); null if none. */
export function levelOf(release: string): number | null {
  const last = LEVELS.findLastIndex(([name]) => name === release || name.startsWith(`${release}-`));
  if (last >= 0) return last + FIRST_LEVEL;
  const level = /^\d+$/.test(release) ? Number(release) : 0;
  return isLevel(level) ? level : null;
}

/** Whether a cluster that goes down from a level to a lower one might lose what its log says. */
export function losesMetadata(from: number, to: number): boolean {
  return LEVELS.slice(to + 1 - FIRST_LEVEL, from + 1 - FIRST_LEVEL).some(
    ([, change]) => change === "records",
  );
}

/** From which level on a record is written in which version; above the last entry nothing changes any more. */
type Versions = readonly (readonly [level: number, version: number])[];

const SINCE_ALWAYS: Versions = [[FIRST_LEVEL, 0]];
/** Logs of older releases have it: brokers' fences are changes of their registrations now, and ZooKeeper is gone. */
const NEVER: Versions = [];
const PARTITION: Versions = [
  [FIRST_LEVEL, 0],
  [17, 1],
  [23, 2],
];

const RECORD_VERSIONS: { readonly [N in RecordName]: Versions } = {
  registerBroker: [
    [FIRST_LEVEL, 1],
    [8, 2],
    [17, 3],
    [30, 4],
  ],
  unregisterBroker: SINCE_ALWAYS,
  // The newest; each is written in the oldest version that holds what it says.
  brokerRegistrationChange: [
    [FIRST_LEVEL, 1],
    [17, 2],
    [30, 3],
  ],
  fenceBroker: NEVER,
  unfenceBroker: NEVER,
  topic: SINCE_ALWAYS,
  removeTopic: SINCE_ALWAYS,
  partition: PARTITION,
  partitionChange: PARTITION,
  clearElr: [[23, 0]],
  config: SINCE_ALWAYS,
  featureLevel: SINCE_ALWAYS,
  clientQuota: SINCE_ALWAYS,
  producerIds: SINCE_ALWAYS,
  accessControlEntry: SINCE_ALWAYS,
  removeAccessControlEntry: SINCE_ALWAYS,
  userScramCredential: [[11, 0]],
  removeUserScramCredential: [[11, 0]],
  delegationToken: [[14, 0]],
  removeDelegationToken: [[14, 0]],
  beginTransaction: [[13, 0]],
  endTransaction: [[13, 0]],
  abortTransaction: [[13, 0]],
  registerController: [[15, 0]],
  unregisterController: [[33, 0]],
  noOp: SINCE_ALWAYS,
  accessToken: SINCE_ALWAYS,
  removeAccessToken: SINCE_ALWAYS,
  rememberedAnswer: SINCE_ALWAYS,
  forgetAnswers: SINCE_ALWAYS,
  zkMigrationState: NEVER,
};

/** The newest version of a record that a level writes; null when it does not write it at all. */
export function recordVersion(type: RecordName, metadataVersion: number): number | null {
  return RECORD_VERSIONS[type].findLast(([level]) => level <= metadataVersion)?.[1] ?? null;
}

export function registerBrokerRecordVersion(metadataVersion: number): number {
  return recordVersion("registerBroker", metadataVersion) ?? 0;
}

export function partitionRecordVersion(metadataVersion: number): number {
  return recordVersion("partition", metadataVersion) ?? 0;
}

export function partitionChangeRecordVersion(metadataVersion: number): number {
  return recordVersion("partitionChange", metadataVersion) ?? 0;
}
