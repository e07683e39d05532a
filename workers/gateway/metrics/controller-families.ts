/**
 * The metrics of a controller, by the names that Apache's KRaft controllers have in JMX, as the usual rules of the JMX
 * exporter spell them for Prometheus. What Apache does not have begins with `quorate_`.
 */

import type {
  BrokerRegistrationState,
  ControllerFacts,
  RaftFacts,
} from "../../../src/controller/controller-facts.ts";
import type { Labels, Sample } from "./text-format.ts";

export interface ControllerFamily {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  /** A number, or one for each set of labels beside the controller's own; null where the controller has none to give. */
  read(facts: ControllerFacts): number | readonly Sample[] | null;
}

type Read = ControllerFamily["read"];

function gauge(name: string, help: string, read: Read): ControllerFamily {
  return { name, type: "gauge", help, read };
}

function counter(name: string, help: string, read: Read): ControllerFamily {
  return { name, type: "counter", help, read };
}

const CONTROLLER = "kafka_controller_kafkacontroller";
const STATS = "kafka_controller_controllerstats";
const RAFT = "kafka_server_raft_metrics";
const LOADER = "kafka_server_metadataloader";

/** Kafka's BrokerRegistrationState. */
const REGISTRATION_STATES: Readonly<Record<BrokerRegistrationState, number>> = {
  fenced: 10,
  "controlled-shutdown": 20,
  active: 30,
};

/** What needs a cluster is null without one. */
function ofRaft(read: (raft: RaftFacts) => number | readonly Sample[] | null): Read {
  return ({ raft }) => (raft.role === "unformatted" ? null : read(raft));
}

function byLabel(label: string, counts: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(counts).map(([text, value]) => sample({ [label]: text }, value));
}

function sample(labels: Labels, value: number): Sample {
  return { labels, value };
}

function brokersThat(is: (broker: BrokerOf) => boolean): Read {
  return ({ metadata }) => metadata?.brokers.filter(is).length ?? null;
}

type BrokerOf = NonNullable<ControllerFacts["metadata"]>["brokers"][number];

/** Kafka's word for the role; who has resigned is unattached there. */
function stateName({ role, votedId }: RaftFacts): string {
  const name = role === "resigned" ? "unattached" : role;
  const mayHaveVoted = role === "unattached" || role === "prospective";
  return mayHaveVoted && votedId !== -1 ? `${name}-voted` : name;
}

/** "metadata.version" is `metadataVersion` in JMX. */
function featureLabel(name: string): string {
  return name.replaceAll(/\.(\w)/g, (_, first: string) => first.toUpperCase());
}

const KAFKA_CONTROLLER: readonly ControllerFamily[] = [
  gauge(
    `${CONTROLLER}_activecontrollercount`,
    "1 while this controller is the active one. All of them together shall have exactly 1.",
    ({ isActive }) => (isActive ? 1 : 0),
  ),
  gauge(
    `${CONTROLLER}_activebrokercount`,
    "Registered brokers that are not fenced.",
    brokersThat(({ registration }) => registration !== "fenced"),
  ),
  gauge(
    `${CONTROLLER}_fencedbrokercount`,
    "Registered brokers that are fenced: silent, or not caught up yet.",
    brokersThat(({ registration }) => registration === "fenced"),
  ),
  gauge(
    `${CONTROLLER}_controlledshutdownbrokercount`,
    "Registered brokers that are in a controlled shutdown.",
    brokersThat(({ inControlledShutdown }) => inControlledShutdown),
  ),
  gauge(
    `${CONTROLLER}_brokerregistrationstate`,
    "The state of each registered broker: 10 fenced, 20 in controlled shutdown, 30 active.",
    ({ metadata }) =>
      metadata?.brokers.map(({ brokerId, registration }) =>
        sample({ broker: brokerId }, REGISTRATION_STATES[registration]),
      ) ?? null,
  ),
  gauge(
    `${CONTROLLER}_timesincelastheartbeatreceivedms`,
    "Milliseconds since the active controller has heard from each broker.",
    ({ metadata }) =>
      metadata?.brokers.flatMap(({ brokerId, sinceHeartbeatMs }) =>
        sinceHeartbeatMs === null ? [] : [sample({ broker: brokerId }, sinceHeartbeatMs)],
      ) ?? null,
  ),
  gauge(
    `${CONTROLLER}_globaltopiccount`,
    "Topics in committed metadata.",
    ({ metadata }) => metadata?.counts?.topics ?? null,
  ),
  gauge(
    `${CONTROLLER}_globalpartitioncount`,
    "Partitions in committed metadata.",
    ({ metadata }) => metadata?.counts?.partitions ?? null,
  ),
  gauge(
    `${CONTROLLER}_offlinepartitionscount`,
    "Partitions without a leader.",
    ({ metadata }) => metadata?.counts?.offlinePartitions ?? null,
  ),
  gauge(
    `${CONTROLLER}_preferredreplicaimbalancecount`,
    "Partitions that are not led by the first of their replicas.",
    ({ metadata }) => metadata?.counts?.imbalancedPartitions ?? null,
  ),
  gauge(
    `${CONTROLLER}_metadataerrorcount`,
    "Always 0: a controller that cannot apply a record stops, and starts again from its storage.",
    () => 0,
  ),
  gauge(
    `${CONTROLLER}_lastappliedrecordoffset`,
    "Offset of the last record that is applied, committed or not; -1 when there is none.",
    ofRaft(({ logEndOffset }) => logEndOffset - 1),
  ),
  gauge(
    `${CONTROLLER}_lastcommittedrecordoffset`,
    "Offset of the last record that is known to be committed; -1 when none is.",
    ofRaft(({ highWatermark }) => Math.max(highWatermark - 1, -1)),
  ),
  gauge(
    `${CONTROLLER}_lastappliedrecordtimestamp`,
    "When the last record that is applied was written, in milliseconds since 1970; -1 when there is none.",
    ({ lastAppliedTimestampMs }) => lastAppliedTimestampMs,
  ),
  gauge(
    `${CONTROLLER}_lastappliedrecordlagms`,
    "Milliseconds since the last record that is applied was written, by the clocks of two controllers.",
    ({ lastAppliedTimestampMs, nowMs }) =>
      lastAppliedTimestampMs === -1 ? null : nowMs - lastAppliedTimestampMs,
  ),
  gauge(
    `${CONTROLLER}_timedoutbrokerheartbeatcount`,
    "Always 0: a leader without a majority resigns long before a heartbeat could time out.",
    () => 0,
  ),
  gauge(
    `${CONTROLLER}_eventqueueoperationsstartedcount`,
    "Events that this controller has handled since it started.",
    ({ runtime }) => runtime.events,
  ),
  gauge(
    `${CONTROLLER}_eventqueueoperationstimedoutcount`,
    "Requests that were not committed in time since this controller started.",
    ({ runtime }) => runtime.timedOutOperations,
  ),
  gauge(
    `${CONTROLLER}_newactivecontrollerscount`,
    "Leaders that this controller has learned of since it started.",
    ({ runtime }) => runtime.newActiveControllers,
  ),
  counter(
    `${STATS}_uncleanleaderelections_total`,
    "Elections of leaders that may lack records, since this controller started.",
    ({ runtime }) => runtime.uncleanElections,
  ),
  counter(
    `${STATS}_electionfromeligibleleaderreplicas_total`,
    "Elections of leaders out of the eligible leader replicas, since this controller started.",
    ({ runtime }) => runtime.electionsFromElr,
  ),
];

const KAFKA_RAFT: readonly ControllerFamily[] = [
  gauge(
    `${RAFT}_current_leader`,
    "Id of the leader of the quorum; -1 while unknown.",
    ofRaft(({ leaderId }) => leaderId),
  ),
  gauge(
    `${RAFT}_current_vote`,
    "Id of the voter that this one has voted for in the current epoch; -1 for nobody.",
    ofRaft(({ votedId }) => votedId),
  ),
  gauge(
    `${RAFT}_current_epoch`,
    "Epoch of the quorum, as this controller knows it.",
    ofRaft(({ epoch }) => epoch),
  ),
  gauge(
    `${RAFT}_current_state`,
    "1 for the state that this controller is in.",
    ofRaft((raft) => [sample({ current_state: stateName(raft) }, 1)]),
  ),
  gauge(
    `${RAFT}_high_watermark`,
    "End of what is known to be committed; -1 while unknown.",
    ofRaft(({ highWatermark }) => highWatermark),
  ),
  gauge(
    `${RAFT}_log_end_offset`,
    "Where the log of this controller ends.",
    ofRaft(({ logEndOffset }) => logEndOffset),
  ),
  gauge(
    `${RAFT}_log_end_epoch`,
    "Epoch of the last batch in the log of this controller.",
    ofRaft(({ logEndEpoch }) => logEndEpoch),
  ),
  gauge(
    `${RAFT}_number_of_voters`,
    "Controllers that vote.",
    ofRaft(({ voters }) => voters),
  ),
  gauge(
    `${RAFT}_number_of_observers`,
    "Brokers and others that follow the log; only the leader knows.",
    ofRaft(({ observers }) => observers),
  ),
  gauge(
    `${RAFT}_commit_latency_avg`,
    "Milliseconds from append to commit at this leader, on average over the last minute.",
    ({ runtime }) => runtime.commitLatency.averageMs,
  ),
  gauge(
    `${RAFT}_commit_latency_max`,
    "Milliseconds from append to commit at this leader, at most over the last minute.",
    ({ runtime }) => runtime.commitLatency.maxMs,
  ),
  gauge(
    `${RAFT}_election_latency_avg`,
    "Milliseconds from the loss of a leader to the next, on average over the last minute.",
    ({ runtime }) => runtime.electionLatency.averageMs,
  ),
  gauge(
    `${RAFT}_election_latency_max`,
    "Milliseconds from the loss of a leader to the next, at most over the last minute.",
    ({ runtime }) => runtime.electionLatency.maxMs,
  ),
  gauge(
    `${RAFT}_append_records_rate`,
    "Records per second that this controller has appended as leader, over the last minute.",
    ({ runtime }) => runtime.appendRatePerSecond,
  ),
  gauge(
    `${RAFT}_fetch_records_rate`,
    "Records per second that this controller has fetched from leaders, over the last minute.",
    ({ runtime }) => runtime.fetchRatePerSecond,
  ),
];

const METADATA_LOADER: readonly ControllerFamily[] = [
  gauge(
    `${LOADER}_currentmetadataversion`,
    "The finalized level of metadata.version.",
    ({ metadata }) => metadata?.features["metadata.version"] ?? null,
  ),
  gauge(
    `${LOADER}_currentcontrollerid`,
    "Id of the active controller, as this one knows it; -1 while unknown.",
    ofRaft(({ leaderId }) => leaderId),
  ),
  gauge(`${LOADER}_finalizedlevel`, "The finalized level of each feature.", ({ metadata }) =>
    metadata === null
      ? null
      : Object.entries(metadata.features).map(([name, level]) =>
          sample({ featurename: featureLabel(name) }, level),
        ),
  ),
];

const OURS: readonly ControllerFamily[] = [
  gauge(
    "quorate_controller_formatted",
    "1 once this controller belongs to a cluster.",
    ({ raft }) => (raft.role === "unformatted" ? 0 : 1),
  ),
  gauge(
    "quorate_controller_uptime_seconds",
    "How long this controller has been running without a restart.",
    ({ runtime }) => runtime.uptimeMs / 1000,
  ),
  gauge(
    "quorate_voter_lag_records",
    "By how many records each voter is behind the log of this leader.",
    ({ raft }) =>
      raft.voterLags?.map(({ voterId, records }) => sample({ voter_id: voterId }, records)) ?? null,
  ),
  gauge(
    "quorate_pending_answers",
    "Requests whose answers wait for a majority.",
    ({ runtime }) => runtime.pendingAnswers,
  ),
  gauge(
    "quorate_remembered_answers",
    "Answers kept for requests that are sent again under their Idempotency-Key.",
    ({ metadata }) => metadata?.rememberedAnswers ?? null,
  ),
  gauge(
    "quorate_kafka_connections",
    "Open connections that speak Kafka's protocol.",
    ({ runtime }) => runtime.connections,
  ),
  counter(
    "quorate_appended_records_total",
    "Records that this controller has appended as leader since it started.",
    ({ runtime }) => runtime.appendedRecords,
  ),
  counter(
    "quorate_fetched_records_total",
    "Records that this controller has fetched from leaders since it started.",
    ({ runtime }) => runtime.fetchedRecords,
  ),
  counter(
    "quorate_api_calls_total",
    "Calls of gateways to this controller since it started, by kind.",
    ({ runtime }) => byLabel("kind", runtime.apiCalls),
  ),
  counter(
    "quorate_requests_total",
    "Kafka requests that this controller has served since it started, whoever has sent them, by API.",
    ({ runtime }) => byLabel("api", runtime.requests),
  ),
];

export const CONTROLLER_FAMILIES: readonly ControllerFamily[] = [
  ...KAFKA_CONTROLLER,
  ...KAFKA_RAFT,
  ...METADATA_LOADER,
  ...OURS,
];
