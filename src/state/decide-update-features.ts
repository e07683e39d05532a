/** UpdateFeatures (KIP-584, KIP-778, KIP-1022): finalizes other levels of features, all of those asked for or none. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { answerOnly, clipMessage, type Decision } from "./decision.ts";
import {
  ELR_FEATURE,
  FEATURES,
  KRAFT_FEATURE,
  KRAFT_VERSION,
  SUPPORTED_FEATURES,
} from "./features.ts";
import { timelineOrder } from "./hash-order.ts";
import { HashedMap } from "./hashed-map.ts";
import { losesMetadata, METADATA_FEATURE } from "./metadata-version.ts";
import { ConfigResource, type FeatureRange, type MetadataView } from "./metadata-view.ts";

type Response = ResponseInit<"updateFeatures">;

export interface UpdateFeaturesContext {
  readonly version: number;
  /** Who decides: named where its own support is what is missing. */
  readonly controllerId: number;
  /** min.insync.replicas of the controller's own properties. */
  readonly minInsyncReplicas: string;
}

/** FeatureUpdateKey.UpgradeType; every other number is refused. */
const UpgradeType = { UPGRADE: 1, SAFE_DOWNGRADE: 2, UNSAFE_DOWNGRADE: 3 } as const;
const DOWNGRADES: readonly number[] = [UpgradeType.SAFE_DOWNGRADE, UpgradeType.UNSAFE_DOWNGRADE];

interface Update {
  readonly feature: string;
  readonly level: number;
  readonly upgradeType: number;
}

/** What is known while the updates of one request are looked at. */
interface Proposal {
  readonly view: MetadataView;
  readonly controllerId: number;
  /** Every level as it would be after the whole request. */
  readonly levels: ReadonlyMap<string, number>;
}

const NOT_SUPPORTED: FeatureRange = { name: "", minVersion: 0, maxVersion: 0 };
const NEEDS_TYPE =
  "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.";
const MIN_INSYNC_REPLICAS = "min.insync.replicas";

/**
 * Error code: INVALID_UPDATE_VERSION, for the request as a whole; the message names the first feature that cannot be
 * updated. A level that is finalized already is written again.
 */
export function decideUpdateFeatures(
  request: RequestOf<"updateFeatures">,
  view: MetadataView,
  context: UpdateFeaturesContext,
): Decision<Response> {
  const updates = updatesOf(request);
  const levels = new Map(view.features());
  for (const { feature, level } of updates) levels.set(feature, level);
  const proposal = { view, controllerId: context.controllerId, levels };
  for (const update of updates) {
    const problem = problemWith(update, proposal);
    if (problem !== null) return answerOnly(refusal(problem));
  }
  const response = success(request, context.version);
  if (request.validateOnly) return answerOnly(response);
  const enablesElr = updates.some(({ feature, level }) => feature === ELR_FEATURE && level > 0);
  const configs = enablesElr ? oneMinimum(view, context.minInsyncReplicas) : [];
  return { records: [...configs, ...updates.flatMap(recordsOf)], atomic: true, response };
}

/** One update for each feature, the last that was asked for; in the order in which Kafka takes them. */
function updatesOf({ featureUpdates }: RequestOf<"updateFeatures">): Update[] {
  const byFeature = new HashedMap<Update>();
  for (const { feature, maxVersionLevel, upgradeType } of featureUpdates) {
    byFeature.set(feature, { feature, level: maxVersionLevel, upgradeType });
  }
  return byFeature.values();
}

/** Why an update is refused, or null. */
function problemWith(update: Update, proposal: Proposal): string | null {
  const { feature, level, upgradeType } = update;
  const invalid = (reason: string): string =>
    `Invalid update version ${level} for feature ${feature}. ${reason}`;
  const isDowngrade = DOWNGRADES.includes(upgradeType);
  if (!isDowngrade && upgradeType !== UpgradeType.UPGRADE) {
    return invalid("The controller does not support the given upgrade type.");
  }
  if (level < 0) return invalid("A feature version cannot be less than 0.");
  const unsupported = whoCannot(feature, level, proposal);
  if (unsupported !== null) return invalid(unsupported);
  const current = currentLevel(feature, proposal.view);
  if (level < current && !isDowngrade) return invalid(NEEDS_TYPE);
  if (level > current && isDowngrade) return invalid("Can't downgrade to a newer version.");
  if (feature === METADATA_FEATURE) return problemWithDowngrade(update, current);
  if (feature === KRAFT_FEATURE) {
    return level < current ? invalid("Can't downgrade the version of this feature.") : null;
  }
  const dependency = problemWithDependencies(update, proposal);
  return dependency === null ? null : invalid(dependency);
}

function currentLevel(feature: string, view: MetadataView): number {
  return feature === KRAFT_FEATURE ? KRAFT_VERSION : view.featureLevel(feature);
}

/** Names a node of the cluster that does not support the level, this controller before brokers before controllers. */
function whoCannot(
  feature: string,
  level: number,
  { view, controllerId }: Proposal,
): string | null {
  const here = lackOf(`Local controller ${controllerId}`, feature, level, SUPPORTED_FEATURES);
  if (here !== null) return here;
  for (const { brokerId, features } of timelineOrder(view.brokers(), (one) => one.brokerId)) {
    const lack = lackOf(`Broker ${brokerId}`, feature, level, features);
    if (lack !== null) return lack;
  }
  for (const other of timelineOrder(view.controllers(), (one) => one.controllerId)) {
    if (other.controllerId === controllerId) continue;
    const lack = lackOf(`Controller ${other.controllerId}`, feature, level, other.features);
    if (lack !== null) return lack;
  }
  return null;
}

function lackOf(
  who: string,
  feature: string,
  level: number,
  supported: readonly FeatureRange[],
): string | null {
  // Of a range that is given twice the later one counts.
  const { minVersion, maxVersion } =
    supported.findLast(({ name }) => name === feature) ?? NOT_SUPPORTED;
  if (level >= minVersion && level <= maxVersion) return null;
  if (maxVersion === 0) return `${who} does not support this feature.`;
  const range = minVersion === maxVersion ? `${minVersion}` : `${minVersion}-${maxVersion}`;
  return `${who} only supports versions ${range}`;
}

function problemWithDowngrade({ level, upgradeType }: Update, current: number): string | null {
  if (level >= current || !losesMetadata(current, level)) return null;
  const reason =
    upgradeType === UpgradeType.UNSAFE_DOWNGRADE
      ? "Unsafe metadata downgrade is not supported in this version."
      : "Refusing to perform the requested downgrade because it might delete metadata information.";
  return `Unsupported metadata.version downgrade from ${current} to ${level}. ${reason}`;
}

function problemWithDependencies({ feature, level }: Update, { levels }: Proposal): string | null {
  const known = FEATURES.find(({ name }) => name === feature);
  if (known === undefined) return `Feature ${feature} not found.`;
  const needed = level > 0 ? known.needsMetadataVersion : 0;
  if ((levels.get(METADATA_FEATURE) ?? 0) >= needed) return null;
  return `${feature} could not be set to ${level} because it depends on ${METADATA_FEATURE} level ${needed}`;
}

function recordsOf({ feature, level, upgradeType }: Update): NewRecord[] {
  if (feature === KRAFT_FEATURE) {
    // The version is a control record, and this one is in the log already: the request is only given an offset.
    const isUpgrade = upgradeType === UpgradeType.UPGRADE;
    return isUpgrade ? [{ type: "noOp", version: 0, data: {} }] : [];
  }
  return [{ type: "featureLevel", version: 0, data: { name: feature, featureLevel: level } }];
}

/**
 * With eligible leader replicas there is one min.insync.replicas for all brokers, and it is in the log (KIP-966): the
 * brokers' own values go, and the cluster gets the controller's when it has none.
 */
function oneMinimum(view: MetadataView, minInsyncReplicas: string): NewRecord[] {
  const set = [...view.configsOfType(ConfigResource.BROKER)].filter(
    ({ name }) => name === MIN_INSYNC_REPLICAS,
  );
  const brokers = set.filter(({ resourceName }) => resourceName !== "");
  const records = timelineOrder(brokers, ({ resourceName }) => Number(resourceName)).map(
    ({ resourceName }) => minimumOf(resourceName, null),
  );
  const clusterHasOne = brokers.length < set.length;
  return clusterHasOne ? records : [minimumOf("", minInsyncReplicas), ...records];
}

function minimumOf(resourceName: string, value: string | null): NewRecord {
  const data = {
    resourceType: ConfigResource.BROKER,
    resourceName,
    name: MIN_INSYNC_REPLICAS,
    value,
  };
  return { type: "config", version: 0, data };
}

function refusal(problem: string): Response {
  return {
    errorCode: ErrorCode.INVALID_UPDATE_VERSION,
    errorMessage: clipMessage(
      `The update failed for all features since the following feature had an error: ${problem}`,
    ),
  };
}

/** Until version 2 each feature has a result of its own, as often as it was asked for. */
function success({ featureUpdates }: RequestOf<"updateFeatures">, version: number): Response {
  const results = featureUpdates.map(({ feature }) => ({
    feature,
    errorCode: ErrorCode.NONE,
    errorMessage: "NONE",
  }));
  return { errorCode: ErrorCode.NONE, errorMessage: null, results: version <= 1 ? results : [] };
}
