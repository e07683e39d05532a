// `quorate status`: what somebody who is woken up wants to know first.

import type { QuorateClient } from "../../src/client/quorate-client.ts";
import type { KafkaBroker, KafkaQuorum, QuorumReplica } from "../../src/client/types/brokers.ts";
import { printable, tableLines } from "./table.ts";

const OFFLINE = /^kafka_controller_kafkacontroller_offlinepartitionscount\{[^}]*\} (\d+)$/gm;

/** The leader, the voters with how far they lag, the brokers, and the partitions without a leader. */
export async function statusLines(client: QuorateClient): Promise<string[]> {
  const { value: quorum } = await client.quorum.get();
  const [brokers, offline] = await Promise.all([
    client.brokers.list().all(),
    offlinePartitions(client),
  ]);
  const fenced = brokers.filter(({ is_fenced: isFenced }) => isFenced).length;
  return [
    `Cluster             ${quorum.cluster_id}`,
    `Leader              controller ${quorum.leader_id}, epoch ${quorum.leader_epoch}`,
    `Committed           up to offset ${quorum.high_watermark}`,
    `Brokers             ${brokers.length}, ${fenced} of them fenced`,
    `Offline partitions  ${offline ?? "unknown"}`,
    "",
    ...controllerLines(quorum),
    "",
    ...brokerLines(brokers),
  ];
}

function controllerLines({ voters, observers }: KafkaQuorum): string[] {
  const newest = Math.max(...voters.map((voter) => voter.last_caught_up_timestamp_ms));
  const row = (replica: QuorumReplica, role: string) => [
    replica.replica_id,
    role,
    replica.log_end_offset < 0 ? "unknown" : replica.log_end_offset,
    replica.lag,
    behind(replica, newest),
  ];
  return tableLines(
    ["REPLICA", "ROLE", "LOG END", "LAG", "CAUGHT UP"],
    [
      ...voters.map((voter) => row(voter, voter.is_leader ? "leader" : "voter")),
      ...observers.map((observer) => row(observer, "observer")),
    ],
  );
}

/** By the leader's own clock, which need not be that of whoever asks. */
function behind({ last_caught_up_timestamp_ms: atMs }: QuorumReplica, newestMs: number): string {
  if (atMs < 0) return "never";
  const seconds = Math.round((newestMs - atMs) / 1000);
  return seconds <= 0 ? "now" : `${seconds} s ago`;
}

function brokerLines(brokers: readonly KafkaBroker[]): string[] {
  if (brokers.length === 0) return ["No broker is registered."];
  return tableLines(
    ["BROKER", "STATE", "ADDRESS", "RACK", "EPOCH"],
    brokers.map((broker) => [
      broker.broker_id,
      stateOf(broker),
      broker.host === null ? "-" : `${broker.host}:${broker.port}`,
      broker.rack ?? "-",
      broker.broker_epoch,
    ]),
  );
}

function stateOf(broker: KafkaBroker): string {
  if (broker.is_fenced) return "fenced";
  return broker.is_in_controlled_shutdown ? "shutting down" : "active";
}

/** As the controllers count them, the most that any says; null when none can tell. */
async function offlinePartitions(client: QuorateClient): Promise<number | null> {
  const { value } = await client.gateway.metrics();
  const counts = [...value.matchAll(OFFLINE)].map(([, count]) => Number(count));
  return counts.length === 0 ? null : Math.max(...counts);
}

/** `quorate topics`: the topics in name order. */
export async function topicLines(client: QuorateClient): Promise<string[]> {
  const topics = await client.topics.list().all();
  if (topics.length === 0) return ["There is no topic."];
  return tableLines(
    ["TOPIC", "PARTITIONS", "REPLICAS", "ID"],
    topics.map((topic) => [
      printable(topic.topic_name),
      topic.partitions_count,
      topic.replication_factor,
      topic.topic_id ?? "-",
    ]),
  );
}
