/** What a controller tells of itself when its metrics are asked for. Any does, whether it leads or not. */

import { APIS } from "../protocol/apis.ts";
import { readBatches } from "../protocol/record-batch.ts";
import type { BrokerSessions } from "../state/broker-sessions.ts";
import { KRAFT_VERSION } from "../state/features.ts";
import type { BrokerState } from "../state/metadata-view.ts";
import type {
  BrokerFacts,
  ControllerFacts,
  LatencyFacts,
  MetadataFacts,
  RaftFacts,
  RuntimeFacts,
} from "./controller-facts.ts";
import type { ControllerMetrics } from "./controller-metrics.ts";
import type { QuorumController } from "./quorum-controller.ts";
import { quorumState } from "./quorum-state.ts";
import type { SampledStat } from "./sampled-stat.ts";

export interface MetricsSource {
  /** Null until the controller is formatted. */
  readonly quorum: QuorumController | null;
  readonly metrics: ControllerMetrics;
  /** Open Kafka connections. */
  readonly connections: number;
}

export function readMetrics(source: MetricsSource, nowMs: number): ControllerFacts {
  const { quorum } = source;
  return {
    isActive: quorum?.isActive ?? false,
    lastAppliedTimestampMs: quorum === null ? -1 : lastTimestampMs(quorum),
    nowMs,
    raft: quorum === null ? UNFORMATTED : readRaft(quorum, nowMs),
    metadata: quorum === null ? null : readMetadataFacts(quorum, nowMs),
    runtime: readRuntime(source, nowMs),
  };
}

const UNFORMATTED: RaftFacts = {
  role: "unformatted",
  leaderId: -1,
  votedId: -1,
  epoch: 0,
  highWatermark: -1,
  logEndOffset: 0,
  logEndEpoch: 0,
  voters: 0,
  observers: null,
  voterLags: null,
};

function readRaft(quorum: QuorumController, nowMs: number): RaftFacts {
  const { replica, log } = quorum;
  const { role, leaderId, votedId, epoch, highWatermark } = replica;
  const state = replica.isLeader ? quorumState(quorum, nowMs) : null;
  return {
    role,
    leaderId,
    votedId,
    epoch,
    highWatermark,
    logEndOffset: log.endOffset,
    logEndEpoch: log.lastEpoch,
    voters: replica.voters().length,
    observers: state?.observers.length ?? null,
    voterLags:
      state?.voters.map(({ replicaId, logEndOffset }) => ({
        voterId: replicaId,
        records: log.endOffset - Math.max(logEndOffset, 0),
      })) ?? null,
  };
}

function readMetadataFacts(quorum: QuorumController, nowMs: number): MetadataFacts | null {
  const { replica, log, sessions } = quorum;
  if (replica.highWatermark < 0) return null;
  const view = quorum.committedView();
  log.counter.onCommit(replica.highWatermark);
  return {
    brokers: view.brokers().map((broker) => brokerFacts(broker, sessions, nowMs)),
    counts: log.counter.counts(() => view, nowMs),
    rememberedAnswers: view.rememberedAnswerCount(),
    features: { ...Object.fromEntries(view.features()), "kraft.version": KRAFT_VERSION },
  };
}

function brokerFacts(broker: BrokerState, sessions: BrokerSessions, nowMs: number): BrokerFacts {
  const { brokerId, fenced, inControlledShutdown } = broker;
  const alive = inControlledShutdown ? "controlled-shutdown" : "active";
  return {
    brokerId,
    registration: fenced ? "fenced" : alive,
    inControlledShutdown,
    sinceHeartbeatMs: sessions.sinceContactMs(broker, nowMs),
  };
}

function readRuntime({ quorum, metrics, connections }: MetricsSource, nowMs: number): RuntimeFacts {
  const { apiCalls, requests } = metrics;
  const named = [...requests].map(([api, count]) => [APIS[api].name, count]);
  return {
    uptimeMs: nowMs - metrics.startedMs,
    events: metrics.events,
    timedOutOperations: metrics.timedOutOperations,
    newActiveControllers: metrics.newActiveControllers,
    uncleanElections: quorum?.log.counter.elections.uncleanElections ?? 0,
    electionsFromElr: quorum?.log.counter.elections.electionsFromElr ?? 0,
    appendedRecords: metrics.appendedRecords,
    fetchedRecords: metrics.fetchedRecords,
    appendRatePerSecond: metrics.appendRate.ratePerSecond(nowMs),
    fetchRatePerSecond: metrics.fetchRate.ratePerSecond(nowMs),
    commitLatency: latencyFacts(metrics.commitLatency, nowMs),
    electionLatency: latencyFacts(metrics.electionLatency, nowMs),
    commitLatencies: metrics.commitLatencies.counts(),
    apiCalls: Object.fromEntries(apiCalls),
    requests: Object.fromEntries(named),
    connections,
    pendingAnswers: quorum?.pendingAnswerCount ?? 0,
  };
}

function latencyFacts(stat: SampledStat, nowMs: number): LatencyFacts {
  return { averageMs: stat.average(nowMs), maxMs: stat.max(nowMs) };
}

/** Read from the log, so that nothing has to be remembered batch by batch. */
function lastTimestampMs({ log }: QuorumController): number {
  const { endOffset } = log;
  if (endOffset === 0) return -1;
  const [last] = readBatches(log.read(endOffset - 1, 1, endOffset));
  return last?.timestampMs ?? -1;
}
