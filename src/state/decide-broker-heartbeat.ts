/** BrokerHeartbeat (KIP-631): when a broker is fenced, unfenced, emptied for a shutdown, and let go. */

import { ErrorCode } from "../base/error-code.ts";
import type { Uuid } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import {
  brokerLeadsPartitions,
  recordsForControlledShutdown,
  recordsForFencing,
  recordsForOfflineDirs,
  recordsForUnfencing,
} from "./broker-leadership.ts";
import type { BrokerSessions } from "./broker-sessions.ts";
import { FENCE, UNFENCE } from "./broker-writer.ts";
import { answerOnly, type Decision } from "./decision.ts";
import { MetadataVersion } from "./metadata-version.ts";
import type { BrokerState, MetadataView } from "./metadata-view.ts";

type Request = RequestOf<"brokerHeartbeat">;

type ControlState = "fenced" | "unfenced" | "controlled-shutdown" | "shutdown-now";

export interface BrokerHeartbeatContext {
  readonly sessions: BrokerSessions;
  /** End offset of the log now. */
  readonly nextOffset: number;
  readonly nowMs: number;
}

/**
 * Renews the broker's session, moves it to its next state and takes its log directories offline (KIP-858) or out of
 * placement. Error code: STALE_BROKER_EPOCH when this life of the broker is not registered.
 */
export function decideBrokerHeartbeat(
  request: Request,
  view: MetadataView,
  context: BrokerHeartbeatContext,
): Decision<ResponseInit<"brokerHeartbeat">> {
  const broker = view.broker(request.brokerId);
  if (broker === null || BigInt(broker.epoch) !== request.brokerEpoch) {
    return answerOnly({ errorCode: ErrorCode.STALE_BROKER_EPOCH });
  }
  const { sessions, nextOffset, nowMs } = context;
  const { brokerId, epoch } = broker;
  const metadataOffset = Number(request.currentMetadataOffset);
  sessions.heartbeat(brokerId, epoch, metadataOffset, nowMs);

  const current = currentState(broker);
  const next = nextState(request, broker, view, context);
  const records = [
    ...recordsForTransition(view, broker, current, next),
    ...recordsForDirectories(request, view, broker),
  ];
  if (next === "controlled-shutdown" && current !== next) {
    const lastOffset = nextOffset + records.length - 1;
    sessions.noteControlledShutdown(brokerId, epoch, lastOffset, nowMs);
  }
  return {
    records,
    atomic: false,
    response: {
      isCaughtUp: metadataOffset >= broker.registrationOffset,
      isFenced: next === "fenced" || next === "shutdown-now",
      shouldShutDown: next === "shutdown-now",
    },
  };
}

/** Fences the broker that has been silent longest, when one has been for a whole session; null when none has. */
export function decideFenceStale(
  view: MetadataView,
  sessions: BrokerSessions,
  nowMs: number,
): Decision<null> | null {
  const unfenced = view.brokers().filter(({ fenced }) => !fenced);
  const [broker] = sessions.staleBrokers(unfenced, nowMs);
  if (broker === undefined) return null;
  return { records: fencing(view, broker), atomic: false, response: null };
}

function currentState({ fenced, inControlledShutdown }: BrokerState): ControlState {
  if (fenced) return "fenced";
  return inControlledShutdown ? "controlled-shutdown" : "unfenced";
}

function nextState(
  { wantFence, wantShutDown, currentMetadataOffset }: Request,
  broker: BrokerState,
  view: MetadataView,
  context: BrokerHeartbeatContext,
): ControlState {
  switch (currentState(broker)) {
    case "fenced": {
      if (wantShutDown) return "shutdown-now";
      const caughtUp = currentMetadataOffset >= BigInt(broker.registrationOffset);
      return !wantFence && caughtUp ? "unfenced" : "fenced";
    }
    case "unfenced":
      if (wantFence) return wantShutDown ? "shutdown-now" : "fenced";
      if (!wantShutDown) return "unfenced";
      return brokerLeadsPartitions(view, broker.brokerId) ? "controlled-shutdown" : "shutdown-now";
    default:
      return mayShutDown(broker, view, context) ? "shutdown-now" : "controlled-shutdown";
  }
}

/** True when a broker leads nothing any more and all active brokers know it. */
function mayShutDown(
  { brokerId, epoch }: BrokerState,
  view: MetadataView,
  { sessions, nextOffset, nowMs }: BrokerHeartbeatContext,
): boolean {
  // A controller that was not active when the broker was emptied waits for what is in the log now.
  const offset = sessions.noteControlledShutdown(brokerId, epoch, nextOffset - 1, nowMs);
  if (brokerLeadsPartitions(view, brokerId)) return false;
  return offset <= sessions.lowestActiveOffset(view.brokers());
}

function recordsForTransition(
  view: MetadataView,
  broker: BrokerState,
  current: ControlState,
  next: ControlState,
): NewRecord[] {
  if (current === next) return [];
  switch (next) {
    case "unfenced":
      return [
        registrationChange(broker, 0, { fenced: UNFENCE }),
        ...recordsForUnfencing(view, broker.brokerId),
      ];
    case "controlled-shutdown":
      return [
        registrationChange(broker, 1, { inControlledShutdown: 1 }),
        ...recordsForControlledShutdown(view, broker.brokerId),
      ];
    default:
      return fencing(view, broker);
  }
}

function fencing(view: MetadataView, broker: BrokerState): NewRecord[] {
  return [
    ...recordsForFencing(view, broker.brokerId),
    registrationChange(broker, 0, { fenced: FENCE }),
  ];
}

function recordsForDirectories(
  { offlineLogDirs, cordonedLogDirs }: Request,
  view: MetadataView,
  broker: BrokerState,
): NewRecord[] {
  const records: NewRecord[] = [];
  const level = view.metadataVersion();
  const failed = broker.logDirs.filter((dir) => offlineLogDirs.includes(dir));
  if (level >= MetadataVersion.DIRECTORY_ASSIGNMENT && failed.length > 0) {
    const logDirs = broker.logDirs.filter((dir) => !failed.includes(dir));
    records.push(
      ...recordsForOfflineDirs(view, broker.brokerId, failed),
      registrationChange(broker, 2, { logDirs }),
    );
  }
  if (level >= MetadataVersion.CORDONED_LOG_DIRS && cordonedLogDirs !== null) {
    const sorted = cordonedLogDirs.toSorted();
    if (!equalDirs(sorted, broker.cordonedLogDirs)) {
      records.push(registrationChange(broker, 3, { cordonedLogDirs: sorted }));
    }
  }
  return records;
}

function registrationChange(
  { brokerId, epoch }: BrokerState,
  version: number,
  change: Extract<NewRecord, { type: "brokerRegistrationChange" }>["data"],
): NewRecord {
  return {
    type: "brokerRegistrationChange",
    version,
    data: { brokerId, brokerEpoch: BigInt(epoch), ...change },
  };
}

function equalDirs(a: readonly Uuid[], b: readonly Uuid[]): boolean {
  return a.length === b.length && a.every((dir, i) => dir === b[i]);
}
