/**
 * Levels of metadata.version and of the other features (KIP-584, KIP-1022): their names, what may be finalized, what
 * a new cluster gets, and which version of each record a level writes.
 */

import { present } from "../base/assert.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { ConfigResource, type FeatureRange } from "./metadata-view.ts";

/** By level; the first is 7. */
const FIRST_LEVEL = 7;
const LEVEL_NAMES: readonly string[] = [
  "3.3-IV3",
  "3.4-IV0",
  "3.5-IV0",
  "3.5-IV1",
  "3.5-IV2",
  "3.6-IV0",
  "3.6-IV1",
  "3.6-IV2",
  "3.7-IV0",
  "3.7-IV1",
  "3.7-IV2",
  "3.7-IV3",
  "3.7-IV4",
  "3.8-IV0",
  "3.9-IV0",
  "4.0-IV0",
  "4.0-IV1",
  "4.0-IV2",
  "4.0-IV3",
  "4.1-IV0",
  "4.1-IV1",
  "4.2-IV0",
  "4.2-IV1",
  "4.3-IV0",
  "4.4-IV0",
  "4.4-IV1",
  "4.4-IV2",
];

/** Levels at which something began that this controller must know of. */
export const MetadataVersion = {
  MIN_SUPPORTED: 21,
  MAX_SUPPORTED: 33,
  CONTROLLER_REGISTRATION: 15,
  DIRECTORY_ASSIGNMENT: 17,
  ELIGIBLE_LEADER_REPLICAS: 23,
  CORDONED_LOG_DIRS: 30,
} as const;

export const ELR_FEATURE = "eligible.leader.replicas.version";
const METADATA_FEATURE = "metadata.version";
const KRAFT_FEATURE = "kraft.version";

/** The one finalized kraft.version here: voters are in the log (KIP-853). It is a control record, not in the state. */
export const KRAFT_VERSION = 1;

/** A new cluster without a chosen release: the newest level that every 4.x broker can join. */
const DEFAULT_RELEASE = "4.0";

interface Feature extends FeatureRange {
  /** From which metadata.version on a new cluster gets which level; the last that is reached counts. */
  readonly defaults: readonly (readonly [metadataVersion: number, level: number])[];
  /** The metadata.version that a level above 0 needs. */
  readonly needsMetadataVersion: number;
}

/** In name order. */
const FEATURES: readonly Feature[] = [
  feature(ELR_FEATURE, 1, [[26, 1]], MetadataVersion.ELIGIBLE_LEADER_REPLICAS),
  feature("group.version", 1, [[22, 1]]),
  feature("share.version", 2, [
    [28, 1],
    [31, 2],
  ]),
  feature("streams.version", 1, [[29, 1]]),
  feature("transaction.version", 2, [[24, 2]]),
];

function feature(
  name: string,
  maxVersion: number,
  defaults: Feature["defaults"],
  needsMetadataVersion = 0,
): Feature {
  return { name, minVersion: 0, maxVersion, defaults, needsMetadataVersion };
}

/** What this controller supports and says so in ApiVersions and in its registration, in name order. */
export const SUPPORTED_FEATURES: readonly FeatureRange[] = [
  ...FEATURES.map(({ name, minVersion, maxVersion }) => ({ name, minVersion, maxVersion })),
  { name: KRAFT_FEATURE, minVersion: 0, maxVersion: KRAFT_VERSION },
  {
    name: METADATA_FEATURE,
    minVersion: MetadataVersion.MIN_SUPPORTED,
    maxVersion: MetadataVersion.MAX_SUPPORTED,
  },
].sort((a, b) => (a.name < b.name ? -1 : 1));

/** The name of a level, such as "4.0-IV3". */
export function levelName(level: number): string {
  return present(LEVEL_NAMES[level - FIRST_LEVEL], `metadata.version has no level ${level}`);
}

/** The level of a release ("4.0": its newest), of a level's name ("4.0-IV3") or of a number ("25"); null if none. */
export function levelOf(release: string): number | null {
  const last = LEVEL_NAMES.findLastIndex(
    (name) => name === release || name.startsWith(`${release}-`),
  );
  if (last >= 0) return last + FIRST_LEVEL;
  const level = /^\d+$/.test(release) ? Number(release) : 0;
  return LEVEL_NAMES[level - FIRST_LEVEL] === undefined ? null : level;
}

export function registerBrokerRecordVersion(metadataVersion: number): number {
  if (metadataVersion >= MetadataVersion.CORDONED_LOG_DIRS) return 4;
  if (metadataVersion >= MetadataVersion.DIRECTORY_ASSIGNMENT) return 3;
  return metadataVersion >= 8 ? 2 : 1;
}

export function partitionRecordVersion(metadataVersion: number): number {
  if (metadataVersion >= MetadataVersion.ELIGIBLE_LEADER_REPLICAS) return 2;
  return metadataVersion >= MetadataVersion.DIRECTORY_ASSIGNMENT ? 1 : 0;
}

export function partitionChangeRecordVersion(metadataVersion: number): number {
  return partitionRecordVersion(metadataVersion);
}

/** What a cluster begins with: levels above 0 by name, metadata.version apart. */
export interface FormatLevels {
  readonly metadataVersion: number;
  readonly features: ReadonlyMap<string, number>;
}

/** The first records of a cluster, as one metadata transaction (KIP-778, KIP-868). */
export function bootstrapRecords({ metadataVersion, features }: FormatLevels): NewRecord[] {
  const finalized = [...features]
    .filter(([, level]) => level > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const levels = [[METADATA_FEATURE, metadataVersion] as const, ...finalized];
  const records: NewRecord[] = [
    { type: "beginTransaction", version: 0, data: { name: "Bootstrap records" } },
    ...levels.map(
      ([name, featureLevel]): NewRecord => ({
        type: "featureLevel",
        version: 0,
        data: { name, featureLevel },
      }),
    ),
  ];
  if ((features.get(ELR_FEATURE) ?? 0) > 0) {
    // With eligible leader replicas the cluster's minimum must be in the log: brokers may not differ in it.
    records.push({
      type: "config",
      version: 0,
      data: {
        resourceType: ConfigResource.BROKER,
        resourceName: "",
        name: "min.insync.replicas",
        value: "1",
      },
    });
  }
  records.push({ type: "endTransaction", version: 0, data: {} });
  return records;
}

/** What the operator asks of a new cluster. */
export interface FormatRequest {
  /** A release ("4.0"), a level's name ("4.0-IV3") or a level ("25"); null for the default. */
  readonly release?: string | null;
  /** Levels that differ from the release's own, by feature. */
  readonly features?: Readonly<Record<string, number>>;
}

export type ResolvedFormat =
  | {
      readonly kind: "resolved";
      readonly metadataVersion: number;
      /** Of the metadata.version, for example "4.0-IV3". */
      readonly name: string;
      /** Levels above 0 of the other features. */
      readonly features: Readonly<Record<string, number>>;
    }
  /** The message says what is allowed. */
  | { readonly kind: "refused"; readonly message: string };

/** The levels that a request comes to, with the release's defaults for what it leaves out (KIP-1022). */
export function resolveFormat({ release, features = {} }: FormatRequest): ResolvedFormat {
  const chosen = chooseMetadataVersion(release ?? null, features[METADATA_FEATURE]);
  if (typeof chosen === "string") return { kind: "refused", message: chosen };
  for (const [name, level] of Object.entries(features)) {
    const problem = problemWith(name, level, chosen);
    if (problem !== null) return { kind: "refused", message: problem };
  }
  const levels = FEATURES.map(({ name, defaults }) => {
    const byRelease = defaults.findLast(([from]) => from <= chosen)?.[1] ?? 0;
    return [name, features[name] ?? byRelease] as const;
  });
  return {
    kind: "resolved",
    metadataVersion: chosen,
    name: levelName(chosen),
    features: Object.fromEntries(levels.filter(([, level]) => level > 0)),
  };
}

/** The level, or what is wrong. */
function chooseMetadataVersion(release: string | null, asked: number | undefined): number | string {
  if (release !== null && asked !== undefined) {
    return "Cannot format: give either a release or a level of metadata.version, not both.";
  }
  const { MIN_SUPPORTED, MAX_SUPPORTED } = MetadataVersion;
  const level = asked ?? levelOf(release ?? DEFAULT_RELEASE);
  if (
    level === null ||
    LEVEL_NAMES[level - FIRST_LEVEL] === undefined ||
    level < MIN_SUPPORTED ||
    level > MAX_SUPPORTED
  ) {
    const given = asked === undefined ? `release ${release}` : `metadata.version ${asked}`;
    return `Cannot format with ${given}: ${levelName(MIN_SUPPORTED)} (${MIN_SUPPORTED}) to ${levelName(MAX_SUPPORTED)} (${MAX_SUPPORTED}) are supported.`;
  }
  return level;
}

/** What is wrong with an asked level, or null. */
function problemWith(name: string, level: number, metadataVersion: number): string | null {
  if (name === METADATA_FEATURE) return null;
  if (name === KRAFT_FEATURE) {
    return level === KRAFT_VERSION
      ? null
      : `Cannot format with ${name} ${level}: only ${KRAFT_VERSION} is supported.`;
  }
  const known = FEATURES.find((candidate) => candidate.name === name);
  if (known === undefined) {
    const names = SUPPORTED_FEATURES.map((supported) => supported.name).join(", ");
    return `Cannot format with feature ${name}: it is unknown; ${names} are supported.`;
  }
  if (!Number.isInteger(level) || level < known.minVersion || level > known.maxVersion) {
    return `Cannot format with ${name} ${level}: ${known.minVersion} to ${known.maxVersion} are supported.`;
  }
  if (level > 0 && metadataVersion < known.needsMetadataVersion) {
    return `Cannot format with ${name} ${level}: it needs metadata.version ${levelName(known.needsMetadataVersion)} (${known.needsMetadataVersion}) or newer.`;
  }
  return null;
}
