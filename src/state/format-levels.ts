/** What a new cluster begins with: the levels that its operator asks for, and the records that say so. */

import type { NewRecord } from "../protocol/metadata-record.ts";
import {
  defaultLevel,
  ELR_FEATURE,
  FEATURES,
  KRAFT_FEATURE,
  KRAFT_VERSION,
  SUPPORTED_FEATURES,
} from "./features.ts";
import {
  isLevel,
  levelName,
  levelOf,
  METADATA_FEATURE,
  MetadataVersion,
} from "./metadata-version.ts";
import { ConfigResource } from "./metadata-view.ts";

/** A new cluster without a chosen release: the newest level that every 4.x broker can join. */
const DEFAULT_RELEASE = "4.0";

/** What a cluster begins with: levels above 0 by name, metadata.version apart. */
export interface FormatLevels {
  readonly metadataVersion: number;
  readonly features: ReadonlyMap<string, number>;
}

/**
 * The first records of a cluster, as one metadata transaction (KIP-778, KIP-868). `minInsyncReplicas` is that of the
 * controller's own properties.
 */
export function bootstrapRecords(
  { metadataVersion, features }: FormatLevels,
  minInsyncReplicas = "1",
): NewRecord[] {
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
        value: minInsyncReplicas,
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
  const levels = FEATURES.map((feature) => {
    const { name } = feature;
    return [name, features[name] ?? defaultLevel(feature, chosen)] as const;
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
  if (level === null || !isLevel(level) || level < MIN_SUPPORTED || level > MAX_SUPPORTED) {
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
