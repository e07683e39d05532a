/** The features whose levels a cluster finalizes (KIP-584, KIP-1022): what is supported, by default, and on what they depend. */

import { METADATA_FEATURE, MetadataVersion } from "./metadata-version.ts";
import type { FeatureRange } from "./metadata-view.ts";

export const ELR_FEATURE = "eligible.leader.replicas.version";
export const KRAFT_FEATURE = "kraft.version";

/** The one finalized kraft.version here: voters are in the log (KIP-853). It is a control record, not in the state. */
export const KRAFT_VERSION = 1;

interface Feature extends FeatureRange {
  /** From which metadata.version on a new cluster gets which level; the last that is reached counts. */
  readonly defaults: readonly (readonly [metadataVersion: number, level: number])[];
  /** The metadata.version that a level above 0 needs; 0 when it needs none. */
  readonly needsMetadataVersion: number;
}

/** In name order; metadata.version and kraft.version apart. */
export const FEATURES: readonly Feature[] = [
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

/** The level that a new cluster of a metadata.version gets, unless its operator says otherwise. */
export function defaultLevel({ defaults }: Feature, metadataVersion: number): number {
  return defaults.findLast(([from]) => from <= metadataVersion)?.[1] ?? 0;
}
