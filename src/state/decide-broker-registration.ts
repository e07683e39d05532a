/** BrokerRegistration (KIP-631, KIP-866): a broker begins a life, or says again what it is. */

import { ErrorCode } from "../base/error-code.ts";
import { type Uuid, uuidToBytes } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import {
  MAX_CHANGES_PER_EVENT,
  pieceOfRegistering,
  recordsForRegistering,
} from "./broker-leadership.ts";
import type { BrokerSessions } from "./broker-sessions.ts";
import { answerOnly, type Decision } from "./decision.ts";
import { ELR_FEATURE, KRAFT_VERSION } from "./features.ts";
import { MetadataVersion, registerBrokerRecordVersion } from "./metadata-version.ts";
import { type BrokerState, MAX_LOG_DIRS, type MetadataView } from "./metadata-view.ts";

type Request = RequestOf<"brokerRegistration">;

export interface BrokerRegistrationContext {
  readonly clusterId: string;
  readonly sessions: BrokerSessions;
  /** End offset of the log now: the epoch of a new life. */
  readonly nextOffset: number;
  readonly nowMs: number;
}

/**
 * Answers the broker's epoch; a registration that is accepted starts its session. Error codes, in this order:
 * INCONSISTENT_CLUSTER_ID, INVALID_REGISTRATION (an id below 0), DUPLICATE_BROKER_REGISTRATION (another incarnation is alive), BROKER_ID_NOT_REGISTERED (a
 * broker on ZooKeeper), INVALID_REGISTRATION, UNSUPPORTED_VERSION (a finalized level that it does not support).
 *
 * A former life with very many partitions is taken out of them first, piece by piece; until that is done the answer is
 * DUPLICATE_BROKER_REGISTRATION, and the broker asks again.
 */
export function decideBrokerRegistration(
  request: Request,
  view: MetadataView,
  context: BrokerRegistrationContext,
): Decision<ResponseInit<"brokerRegistration">> {
  const existing = view.broker(request.brokerId);
  const errorCode = refusal(request, view, existing, context);
  if (errorCode !== ErrorCode.NONE) return answerOnly({ errorCode });

  const sameLife = existing?.incarnationId === request.incarnationId ? existing : null;
  const epoch = sameLife?.epoch ?? context.nextOffset;
  let records: NewRecord[] = [];
  const wait = { errorCode: ErrorCode.DUPLICATE_BROKER_REGISTRATION };
  const { leaving } = context.sessions;
  if (leaving.has(request.brokerId)) return answerOnly(wait);
  if (sameLife === null) {
    // Only with eligible leader replicas does it matter how the last life ended (KIP-966).
    const uncleanShutdown =
      view.featureLevel(ELR_FEATURE) > 0 &&
      BigInt(existing?.epoch ?? -2) !== request.previousBrokerEpoch;
    const former = { uncleanShutdown };
    records = recordsForRegistering(view, request.brokerId, former, MAX_CHANGES_PER_EVENT);
    if (records.length >= MAX_CHANGES_PER_EVENT) {
      leaving.set(request.brokerId, { uncleanShutdown, fromTopicId: "" });
      return { records, atomic: false, response: wait };
    }
  }
  records.push(registration(request, view.metadataVersion(), sameLife, epoch));
  context.sessions.forgetOffset(request.brokerId, epoch);
  context.sessions.endShutdown(request.brokerId, epoch);
  return { records, atomic: false, response: { brokerEpoch: BigInt(epoch) } };
}

/** Goes on with a former life that is out of a part of its partitions; null when there is none. */
export function decideLeaving(view: MetadataView, sessions: BrokerSessions): Decision<null> | null {
  const [first] = sessions.leaving;
  if (first === undefined) return null;
  const [brokerId, { uncleanShutdown, fromTopicId }] = first;
  const bounds = { fromTopicId, maxRecords: MAX_CHANGES_PER_EVENT };
  const piece = pieceOfRegistering(view, brokerId, { uncleanShutdown }, bounds);
  const { records, nextTopicId } = piece;
  if (nextTopicId === null) sessions.leaving.delete(brokerId);
  else sessions.leaving.set(brokerId, { uncleanShutdown, fromTopicId: nextTopicId });
  return { records, atomic: false, response: null };
}

function refusal(
  request: Request,
  view: MetadataView,
  existing: BrokerState | null,
  { clusterId, sessions, nowMs }: BrokerRegistrationContext,
): number {
  if (request.clusterId !== clusterId) return ErrorCode.INCONSISTENT_CLUSTER_ID;
  // Below 0 an id stands for something else: -1 is no leader.
  if (request.brokerId < 0) return ErrorCode.INVALID_REGISTRATION;
  if (
    existing !== null &&
    existing.incarnationId !== request.incarnationId &&
    sessions.hasValidSession(existing.brokerId, existing.epoch, nowMs)
  ) {
    return ErrorCode.DUPLICATE_BROKER_REGISTRATION;
  }
  if (request.isMigratingZkBroker) return ErrorCode.BROKER_ID_NOT_REGISTERED;
  if (view.metadataVersion() >= MetadataVersion.DIRECTORY_ASSIGNMENT) {
    if (!hasValidLogDirs(request, view)) return ErrorCode.INVALID_REGISTRATION;
  }
  return featureRefusal(request, view);
}

function hasValidLogDirs({ brokerId, logDirs }: Request, view: MetadataView): boolean {
  if (logDirs.length === 0 || logDirs.length > MAX_LOG_DIRS) return false;
  const own = new Set(logDirs);
  if (own.size !== logDirs.length || logDirs.some(isReserved)) return false;
  return view.brokers().every((other) => {
    return other.brokerId === brokerId || !other.logDirs.some((dir) => own.has(dir));
  });
}

/** The first hundred ids have meanings of their own (KIP-858). */
function isReserved(directory: Uuid): boolean {
  const bytes = new Uint8Array(16);
  uuidToBytes(directory, bytes);
  return bytes.subarray(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) < 100;
}

/** Every finalized level must be in the broker's range; a feature that it does not name it has at level 0 only. */
function featureRefusal({ features }: Request, view: MetadataView): number {
  const finalized = new Map([...view.features(), ["kraft.version", KRAFT_VERSION]]);
  for (const { name, minSupportedVersion, maxSupportedVersion } of features) {
    const level = finalized.get(name) ?? 0;
    const isSupported = minSupportedVersion <= level && level <= maxSupportedVersion;
    if (!isSupported) return ErrorCode.UNSUPPORTED_VERSION;
  }
  const names = new Set(features.map(({ name }) => name));
  if (!names.has("metadata.version")) return ErrorCode.INVALID_REGISTRATION;
  const isComplete = [...finalized].every(([name, level]) => level === 0 || names.has(name));
  return isComplete ? ErrorCode.NONE : ErrorCode.UNSUPPORTED_VERSION;
}

function registration(
  request: Request,
  metadataVersion: number,
  sameLife: BrokerState | null,
  epoch: number,
): NewRecord {
  const { brokerId, incarnationId, listeners, features, rack } = request;
  const logDirs = metadataVersion >= MetadataVersion.DIRECTORY_ASSIGNMENT ? request.logDirs : [];
  return {
    type: "registerBroker",
    version: registerBrokerRecordVersion(metadataVersion),
    data: {
      brokerId,
      incarnationId,
      brokerEpoch: BigInt(epoch),
      endPoints: listeners,
      features,
      rack,
      fenced: sameLife?.fenced ?? true,
      inControlledShutdown: sameLife?.inControlledShutdown ?? false,
      logDirs,
    },
  };
}
