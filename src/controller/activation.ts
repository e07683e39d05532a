/** What a controller writes when it becomes active: the first records of a new cluster, and who the controllers are. */

import { hexToBytes } from "@noble/hashes/utils.js";
import type { Prng } from "../base/prng.ts";
import { randomUuid } from "../base/uuid.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import type { Voter } from "../raft/voter-set.ts";
import { accessTokenRecord } from "../state/access-token.ts";
import { SUPPORTED_FEATURES } from "../state/features.ts";
import { bootstrapRecords } from "../state/format-levels.ts";
import { recordVersion } from "../state/metadata-version.ts";
import type { ControllerState, FeatureRange, MetadataView } from "../state/metadata-view.ts";
import type { FormatDocument } from "./api.ts";
import type { ControllerConfig } from "./controller-config.ts";
import type { FirstAccessToken } from "./sender.ts";

interface ActivationContext {
  readonly config: ControllerConfig;
  readonly nowMs: number;
}

/**
 * The records that a log without any metadata begins with; none when it has some (KIP-778). The access token that the
 * cluster begins with is among them, and never written again.
 */
export function firstRecords(
  view: MetadataView,
  document: FormatDocument,
  { config, nowMs }: ActivationContext,
): NewRecord[] {
  if (view.features().size > 0) return [];
  const levels = {
    metadataVersion: document.metadataVersion,
    features: new Map(Object.entries(document.features)),
  };
  const records = bootstrapRecords(levels, config.properties.get("min.insync.replicas"));
  const { accessToken } = document;
  if (accessToken === null) return records;
  // Within the transaction, which the last record ends.
  return records.toSpliced(-1, 0, firstTokenRecord(accessToken, nowMs));
}

function firstTokenRecord(
  { tokenId, principal, secretHash }: FirstAccessToken,
  nowMs: number,
): NewRecord {
  return accessTokenRecord({
    tokenId,
    principal,
    secretHash: hexToBytes(secretHash),
    description: "The token that the cluster was created with.",
    createdTimestampMs: nowMs,
    expirationTimestampMs: -1,
    previousSecretHash: null,
    previousExpirationTimestampMs: -1,
  });
}

/** Registrations of those voters that are not registered, or with another endpoint or other features (KIP-919). */
export function controllerRegistrations(
  view: MetadataView,
  voters: readonly Voter[],
  prng: Prng,
): NewRecord[] {
  const version = recordVersion("registerController", view.metadataVersion());
  if (version === null) return [];
  return unregistered(view, voters).map(({ id, endpoints }) => ({
    type: "registerController",
    version,
    data: {
      controllerId: id,
      incarnationId: randomUuid(prng),
      zkMigrationReady: false,
      endPoints: endpoints.map((endpoint) => ({ ...endpoint, securityProtocol: 0 })),
      features: SUPPORTED_FEATURES.map(({ name, minVersion, maxVersion }) => ({
        name,
        minSupportedVersion: minVersion,
        maxSupportedVersion: maxVersion,
      })),
    },
  }));
}

/** The voters that are not registered as they are. */
export function unregistered(view: MetadataView, voters: readonly Voter[]): readonly Voter[] {
  const registered = new Map(view.controllers().map((state) => [state.controllerId, state]));
  return voters.filter((voter) => !isRegistered(voter, registered.get(voter.id)));
}

function isRegistered({ endpoints }: Voter, state: ControllerState | undefined): boolean {
  if (state === undefined) return false;
  const isKnown = endpoints.every(({ name, host, port }) =>
    state.endpoints.some((known) => {
      return known.name === name && known.host === host && known.port === port;
    }),
  );
  return isKnown && SUPPORTED_FEATURES.every((range) => isIn(state.features, range));
}

function isIn(
  features: readonly FeatureRange[],
  { name, minVersion, maxVersion }: FeatureRange,
): boolean {
  return features.some((known) => {
    return (
      known.name === name && known.minVersion === minVersion && known.maxVersion === maxVersion
    );
  });
}
