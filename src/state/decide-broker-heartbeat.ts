/** BrokerHeartbeat (KIP-631): when a broker is fenced, unfenced, emptied for a shutdown, and let go. */

import { ErrorCode } from "../base/error-code.ts";
import type { Uuid } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import {
  brokerLeadsPartitions,
  MAX_CHANGES_PER_EVENT,
  pieceOfFencing,
  pieceOfUnfencing,
  recordsForControlledShutdown,
  recordsForFencing,
  recordsForOfflineDirs,
} from "./broker-leadership.ts";
import type { BrokerSessions } from "./broker-sessions.ts";
import { FENCE, UNFENCE } from "./broker-writer.ts";
import { answerOnly, type Decision } from "./decision.ts";
import { MetadataVersion } from "./metadata-version.ts";
import { type BrokerState, MAX_LOG_DIRS, type MetadataView } from "./metadata-view.ts";

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
 * placement. Error code: STALE_BROKER_EPOCH when this life of the broker is not registered, or is giving way to the next.
 */
export function decideBrokerHeartbeat(
  request: Request,
  view: MetadataView,
  context: BrokerHeartbeatContext,
): Decision<ResponseInit<"brokerHeartbeat">> {
  const { sessions, nextOffset, nowMs } = context;
  const broker = view.broker(request.brokerId);
  if (broker === null || BigInt(broker.epoch) !== request.brokerEpoch) {
    return answerOnly({ errorCode: ErrorCode.STALE_BROKER_EPOCH });
  }
  // Its next life has asked for its place, and is let in as soon as this one is out of its partitions.
  if (sessions.leaving.has(request.brokerId)) {
    return answerOnly({ errorCode: ErrorCode.STALE_BROKER_EPOCH });
  }
  const { brokerId, epoch } = broker;
  const metadataOffset = Number(request.currentMetadataOffset);
  const current = currentState(broker, sessions);
  sessions.heartbeat(brokerId, epoch, metadataOffset, nowMs);

  const next = nextState(current, request, broker, view, context);
  const moves = recordsForTransition(view, broker, current, { next, sessions });
  const records = [...moves, ...recordsForDirectories(request, view, broker)];
  if (next === "controlled-shutdown" && moves.length > 0) {
    const lastOffset = nextOffset + records.length - 1;
    sessions.raiseControlledShutdown(brokerId, epoch, lastOffset, nowMs);
  }
  if (next === "fenced" || next === "shutdown-now") sessions.endShutdown(brokerId, epoch);
  if (records.some(({ type }) => type === "brokerRegistrationChange")) {
    sessions.forgetOffset(brokerId, epoch);
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

/**
 * Fences the broker that has been silent longest, when one has been for a whole session; null when none has. One with
 * very many partitions is taken out of them first, piece by piece, and fenced when none is left: others may have let it
 * in again meanwhile.
 */
export function decideFenceStale(
  view: MetadataView,
  sessions: BrokerSessions,
  nowMs: number,
): Decision<null> | null {
  const unfenced = view.brokers().filter(({ fenced }) => !fenced);
  const [broker] = sessions.staleBrokers(unfenced, nowMs);
  if (broker === undefined) return null;
  sessions.endShutdown(broker.brokerId, broker.epoch);
  const fromTopicId = sessions.fencingFrom(broker) ?? "";
  const bounds = { fromTopicId, maxRecords: MAX_CHANGES_PER_EVENT };
  const { records, nextTopicId } = pieceOfFencing(view, broker.brokerId, bounds);
  if (nextTopicId === null && fromTopicId === "") {
    sessions.noteFencing(broker, null);
    records.push(registrationChange(broker, 0, { fenced: FENCE }));
  } else {
    sessions.noteFencing(broker, nextTopicId ?? "");
  }
  return { records, atomic: false, response: null };
}

function currentState(broker: BrokerState, sessions: BrokerSessions): ControlState {
  if (broker.fenced) return "fenced";
  return sessions.isShuttingDown(broker) ? "controlled-shutdown" : "unfenced";
}

function nextState(
  current: ControlState,
  { wantFence, wantShutDown, currentMetadataOffset }: Request,
  broker: BrokerState,
  view: MetadataView,
  context: BrokerHeartbeatContext,
): ControlState {
  switch (current) {
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
  if (brokerLeadsPartitions(view, brokerId)) return false;
  // A controller that was not active when the broker was emptied waits for what is in the log now.
  const offset = sessions.noteControlledShutdown(brokerId, epoch, nextOffset - 1, nowMs);
  return offset <= sessions.lowestActiveOffset(view.brokers());
}

function recordsForTransition(
  view: MetadataView,
  broker: BrokerState,
  current: ControlState,
  { next, sessions }: { readonly next: ControlState; readonly sessions: BrokerSessions },
): NewRecord[] {
  if (current === next) return next === "controlled-shutdown" ? leftover(view, broker) : [];
  switch (next) {
    case "unfenced": {
      const bounds = { fromTopicId: "", maxRecords: MAX_CHANGES_PER_EVENT };
      const { records, nextTopicId } = pieceOfUnfencing(view, broker.brokerId, bounds);
      // What another broker has left for later is looked at with it.
      sessions.leaderlessFrom = nextTopicId;
      return [registrationChange(broker, 0, { fenced: UNFENCE }), ...records];
    }
    case "controlled-shutdown":
      return [
        ...(broker.inControlledShutdown
          ? []
          : [registrationChange(broker, 1, { inControlledShutdown: 1 })]),
        ...recordsForControlledShutdown(view, broker.brokerId, MAX_CHANGES_PER_EVENT),
      ];
    default:
      return fencing(view, broker);
  }
}

/** What did not go into the event before, or what a controller before this one did not come to. */
function leftover(view: MetadataView, { brokerId }: BrokerState): NewRecord[] {
  if (!brokerLeadsPartitions(view, brokerId)) return [];
  return recordsForControlledShutdown(view, brokerId, MAX_CHANGES_PER_EVENT);
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
  let records: NewRecord[] = [];
  const level = view.metadataVersion();
  const offline = new Set(offlineLogDirs);
  const failed = broker.logDirs.filter((dir) => offline.has(dir));
  if (level >= MetadataVersion.DIRECTORY_ASSIGNMENT && failed.length > 0) {
    const logDirs = broker.logDirs.filter((dir) => !failed.includes(dir));
    // Not pushed one by one as arguments: a call takes some hundred thousand at most.
    records = [
      ...recordsForOfflineDirs(view, broker.brokerId, failed),
      registrationChange(broker, 2, { logDirs }),
    ];
  }
  if (level >= MetadataVersion.CORDONED_LOG_DIRS && cordonedLogDirs !== null) {
    const isPossible = cordonedLogDirs.length <= MAX_LOG_DIRS;
    if (isPossible && !haveSameDirs(cordonedLogDirs, broker.cordonedLogDirs)) {
      records.push(registrationChange(broker, 3, { cordonedLogDirs }));
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

function haveSameDirs(a: readonly Uuid[], b: readonly Uuid[] | null): boolean {
  return b !== null && a.every((dir) => b.includes(dir)) && b.every((dir) => a.includes(dir));
}
