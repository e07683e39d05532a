/**
 * What was once recorded of a real quorum, in that order, with replicas named where Kafka would draw lots: topics,
 * configs, quotas, credentials, ACLs, clients, quorum, features, a reassignment, deaths of brokers and of the leader.
 */

import { BROKER_IDS } from "../brokers.ts";
import type { Scenario } from "../scenario.ts";

/** Internal topics would be placed by lot if a coordinator had to create them. */
export async function internalTopics(s: Scenario): Promise<void> {
  const compacted = "--config cleanup.policy=compact --config compression.type=producer";
  for (const topic of ["__consumer_offsets", "__transaction_state"]) {
    await s.run(
      12,
      `kafka-topics --create --topic ${topic} --replica-assignment 11:12:13,12:13:11 ${compacted}`,
    );
  }
}

export async function recordedCommands(s: Scenario): Promise<void> {
  const create = "kafka-topics --create --topic";
  await s.run(11, `${create} foo --replica-assignment 12:13:11,13:11:12,11:12:13`);
  await s.run(
    12,
    `${create} bar --replica-assignment 11:12,12:13,13:11,11:13,12:11,13:12 --config retention.ms=3600000 --config cleanup.policy=compact`,
  );
  await s.run(13, `${create} doomed --replica-assignment 11,12`);
  await s.run(
    12,
    "kafka-topics --alter --topic bar --partitions 8 --replica-assignment 11:12,12:13,13:11,11:13,12:11,13:12,11:12,12:13",
  );
  await s.run(
    12,
    "kafka-configs --alter --entity-type topics --entity-name foo --add-config max.message.bytes=200000,min.insync.replicas=2",
  );
  await s.run(
    13,
    "kafka-configs --alter --entity-type topics --entity-name foo --delete-config max.message.bytes",
  );
  await s.run(
    11,
    "kafka-configs --alter --entity-type brokers --entity-name 11 --add-config log.cleaner.threads=2",
  );
  await s.run(
    12,
    "kafka-configs --alter --entity-type brokers --entity-default --add-config message.max.bytes=1000000",
  );
  await s.run(
    13,
    "kafka-configs --alter --entity-type users --entity-name alice --add-config producer_byte_rate=1024,consumer_byte_rate=2048",
  );
  await s.run(
    12,
    "kafka-configs --alter --entity-type users --entity-name alice --add-config SCRAM-SHA-256=[iterations=8192,password=alice-secret]",
  );
  await s.run(11, "kafka-configs --describe --entity-type users --entity-name alice");
  await s.run(
    12,
    "kafka-configs --alter --entity-type users --entity-name alice --delete-config SCRAM-SHA-256",
  );
  await s.run(12, "kafka-acls --add --allow-principal User:bob --operation Read --topic foo");
  await s.run(12, "kafka-acls --list");
  await s.run(
    12,
    "kafka-acls --remove --force --allow-principal User:bob --operation Read --topic foo",
  );
  const input = Array.from({ length: 50 }, (_, i) => `${i + 1}\n`).join("");
  // An idempotent producer may ask any broker for its id.
  await s.run(
    12,
    "kafka-console-producer --topic foo --command-property enable.idempotence=false",
    { input },
  );
  await s.run(
    12,
    "kafka-console-consumer --topic foo --from-beginning --max-messages 50 --group g1 --timeout-ms 20000",
  );
  await s.run(
    "files",
    `kafka-producer-perf-test --topic foo --num-records 10 --record-size 10 --throughput -1 --command-property bootstrap.servers=127.0.0.1:${s.broker(12).ports.plain} transactional.id=tx1 --transaction-duration-ms 100`,
  );
  await s.run(12, "kafka-metadata-quorum describe --status");
  await s.run(12, "kafka-metadata-quorum describe --replication");
  await s.run("controllers", "kafka-metadata-quorum describe --replication --human-readable");
  await s.run(12, "kafka-features describe");
  await s.run(12, "kafka-cluster cluster-id");
  await s.run(12, "kafka-cluster list-endpoints");
  await s.run("controllers", "kafka-cluster list-endpoints");
  s.file(
    "re.json",
    '{"version":1,"partitions":[{"topic":"foo","partition":0,"replicas":[13,12]}]}',
  );
  await s.run(12, "kafka-reassign-partitions --reassignment-json-file {re.json} --execute", {
    isFollowed: true,
  });
  await s.run(12, "kafka-reassign-partitions --list");
  await s.run(12, "kafka-reassign-partitions --reassignment-json-file {re.json} --verify");
  await s.run(12, "kafka-topics --delete --topic doomed");
}

export async function recordedDeaths(s: Scenario): Promise<void> {
  await s.killBroker(11);
  await s.run(12, "kafka-topics --describe --topic foo");
  await s.run(12, "kafka-cluster list-endpoints --include-fenced-brokers");
  await s.startBroker(11);
  await s.untilSettled();
  await s.run(12, "kafka-leader-election --election-type preferred --all-topic-partitions");
  await s.stopBroker(13);
  await s.run(12, "kafka-topics --describe --topic foo");
  await s.run(12, "kafka-cluster unregister --id 13");
  await s.run(12, "kafka-cluster unregister --id 13");
  await s.startBroker(13);
  await s.untilSettled();
  await s.run(12, "kafka-features upgrade --feature transaction.version=2");
  await s.run(12, "kafka-features downgrade --feature group.version=0");
  await s.run(12, "kafka-features upgrade --feature group.version=1");
}

export async function recordedFailover(s: Scenario): Promise<void> {
  const leader = await s.activeId();
  await s.act("kill the active controller", async () => {
    await s.controllers.kill(leader);
    await s.until("another one leads", (records) => {
      const last = records.findLast(({ type }) => type === "leaderChange");
      return last !== undefined && last.data.leaderId !== leader;
    });
    await s.untilCaughtUp(BROKER_IDS);
  });
  await s.run(12, "kafka-metadata-quorum describe --status");
  await s.run(12, "kafka-topics --create --topic after-failover --replica-assignment 11:12:13");
  await s.act("start the killed controller", async () => {
    const before = await s.log.advance();
    await s.controllers.restart(leader);
    await s.untilCaughtUp([leader]);
    await s.until("the controller is back", (records) =>
      s.controllers.isBack(leader, records.slice(before)),
    );
  });
  await s.run(12, "kafka-metadata-quorum describe --replication");
  await s.run(12, "kafka-topics --describe");
}
