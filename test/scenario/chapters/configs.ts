/** kafka-configs on every kind of entity, through brokers and controllers. */

import type { Door, Scenario } from "../scenario.ts";

export async function configsOfTopics(s: Scenario): Promise<void> {
  const on = (door: Door, what: string) =>
    s.run(door, `kafka-configs --alter --entity-type topics --entity-name orders ${what}`);
  await on(11, "--add-config retention.ms=7200000");
  await on(
    12,
    "--add-config retention.ms=7200000,segment.ms=3600000,cleanup.policy=[compact,delete]",
  );
  await on("controllers", "--add-config max.message.bytes=123456");
  await on(13, "--add-config leader.replication.throttled.replicas=[0:11,1:12]");
  await on(11, "--add-config nosuch.config=1");
  await on(12, "--add-config retention.ms=soon");
  await on(13, "--add-config min.insync.replicas=-1");
  await on("controllers", "--add-config retention.ms=soon");
  await on(12, "--add-config retention.ms=1,nosuch.config=2");
  await on(12, "--add-config local.retention.ms=7200001");
  await on(12, "--add-config remote.storage.enable=true");
  await on(12, "--add-config min.compaction.lag.ms=5,max.compaction.lag.ms=4");
  await on(12, "--add-config unclean.leader.election.enable=maybe");
  await on(12, "--add-config message.timestamp.type=Yesterday");
  await on(12, "--add-config compression.type=zstd,compression.zstd.level=99");
  await on(12, "--delete-config nosuch.config");
  await on(12, "--delete-config flush.ms");
  await on(12, "--delete-config segment.ms --add-config flush.messages=10");
  await s.run(
    12,
    "kafka-configs --alter --entity-type topics --entity-name nosuch --add-config retention.ms=1",
  );
  await s.run(
    12,
    "kafka-configs --alter --entity-type topics --entity-default --add-config retention.ms=1",
  );
  s.file("topic.properties", "retention.bytes=1000000\nfile.delete.delay.ms=100\n");
  await on(12, "--add-config-file {topic.properties}");
  await s.run(11, "kafka-configs --describe --entity-type topics --entity-name orders");
  await s.run(12, "kafka-configs --describe --entity-type topics --entity-name bar");
  await s.run(12, "kafka-configs --describe --entity-type topics");
  await s.run("controllers", "kafka-configs --describe --entity-type topics --entity-name orders");
  await s.run(13, "kafka-configs --describe --entity-type topics --entity-name nosuch");
  await s.run(13, "kafka-configs --describe --topic orders");
  await on(
    12,
    "--delete-config retention.ms,cleanup.policy,flush.messages,leader.replication.throttled.replicas",
  );
  await s.run(12, "kafka-configs --describe --entity-type topics --entity-name orders");
}

export async function configsOfBrokers(s: Scenario): Promise<void> {
  const alter = "kafka-configs --alter --entity-type brokers";
  await s.run(11, `${alter} --entity-name 11 --add-config num.replica.fetchers=2`);
  await s.run(12, `${alter} --entity-name 12 --add-config num.io.threads=5,background.threads=3`);
  await s.run(
    13,
    `${alter} --entity-name 13 --add-config leader.replication.throttled.rate=1000000`,
  );
  await s.run(
    12,
    `${alter} --entity-default --add-config log.retention.ms=7200000,max.connections=500`,
  );
  await s.run("controllers", `${alter} --entity-name 12 --add-config num.network.threads=3`);
  await s.run("controllers", `${alter} --entity-default --add-config log.flush.interval.ms=5000`);
  await s.run(12, `${alter} --entity-name 12 --add-config num.io.threads=many`);
  await s.run(12, `${alter} --entity-name 12 --add-config num.io.threads=1000`);
  await s.run(12, `${alter} --entity-name 12 --add-config broker.rack=r9`);
  await s.run(12, `${alter} --entity-name 12 --add-config nosuch.config=1`);
  await s.run(12, `${alter} --entity-name twelve --add-config log.retention.ms=1`);
  await s.run("controllers", `${alter} --entity-name 99 --add-config log.retention.ms=1`);
  await s.run("controllers", `${alter} --entity-name twelve --add-config log.retention.ms=1`);
  await s.run("controllers", `${alter} --entity-name 12 --add-config nosuch.config=1`);
  await s.run("controllers", `${alter} --entity-name 12 --add-config num.io.threads=many`);
  await s.run("controllers", `${alter} --entity-name 1 --add-config max.connections=400`);
  await s.run("controllers", "kafka-configs --describe --entity-type brokers --entity-name 1");
  await s.run("controllers", `${alter} --entity-name 1 --delete-config max.connections`);
  await s.run(
    12,
    `${alter} --entity-name 12 --add-config listener.name.sasl.ssl.keystore.password=hidden`,
  );
  await s.run(12, `${alter} --entity-name 12 --add-config listener.name.sasl.max.connections=300`);
  await s.run(12, `${alter} --entity-default --add-config min.insync.replicas=2`);
  await s.run(12, `${alter} --entity-name 12 --add-config unclean.leader.election.enable=true`);
  await s.run(12, "kafka-configs --describe --entity-type brokers --entity-name 12");
  await s.run(12, "kafka-configs --describe --entity-type brokers --entity-default");
  await s.run(12, "kafka-configs --describe --entity-type brokers");
  await s.run("controllers", "kafka-configs --describe --entity-type brokers --entity-name 12");
  await s.run("controllers", "kafka-configs --describe --entity-type brokers --entity-default");
  await s.run(12, `${alter} --entity-default --delete-config min.insync.replicas,max.connections`);
  await s.run(
    12,
    `${alter} --entity-name 12 --delete-config unclean.leader.election.enable,listener.name.sasl.max.connections`,
  );
  await s.run(12, `${alter} --entity-name 12 --delete-config log.dirs`);
  const loggers = "kafka-configs --alter --entity-type broker-loggers --entity-name";
  await s.run(12, `${loggers} 12 --add-config kafka.server.KafkaApis=ERROR`);
  await s.run(12, `${loggers} 12 --add-config kafka.server.KafkaApis=LOUD`);
  await s.run("controllers", `${loggers} 1 --add-config kafka.server.ControllerApis=ERROR`);
}

export async function configsOfOthers(s: Scenario): Promise<void> {
  const metrics = "kafka-configs --alter --entity-type client-metrics --entity-name";
  await s.run(
    11,
    `${metrics} latency --add-config metrics=[org.apache.kafka.producer.],interval.ms=15000`,
  );
  await s.run(12, `${metrics} latency --add-config match=[client_software_name=java]`);
  await s.run(13, `${metrics} latency --add-config interval.ms=99`);
  await s.run(13, `${metrics} latency --add-config match=[nonsense]`);
  await s.run(13, `${metrics} latency --add-config match=[client_id=(]`);
  await s.run(13, `${metrics} latency --add-config nosuch=1`);
  await s.run("controllers", `${metrics} other --add-config interval.ms=60000`);
  await s.run(13, "kafka-configs --describe --entity-type client-metrics --entity-name latency");
  await s.run(13, "kafka-configs --describe --entity-type client-metrics");
  await s.run(13, `${metrics} other --delete-config interval.ms`);
  await s.run(13, `${metrics} latency --delete-config match`);
  const groups = "kafka-configs --alter --entity-type groups --entity-name";
  await s.run(11, `${groups} readers --add-config consumer.session.timeout.ms=50000`);
  await s.run(12, `${groups} readers --add-config consumer.heartbeat.interval.ms=6000`);
  await s.run(13, `${groups} readers --add-config consumer.session.timeout.ms=1`);
  await s.run(13, `${groups} readers --add-config consumer.heartbeat.interval.ms=never`);
  await s.run(13, `${groups} readers --add-config nosuch=1`);
  await s.run("controllers", `${groups} readers --add-config share.session.timeout.ms=46000`);
  await s.run("controllers", `${groups} readers --add-config consumer.session.timeout.ms=1`);
  await s.run(13, "kafka-configs --describe --entity-type groups --entity-name readers");
  await s.run(13, `${groups} readers --delete-config share.session.timeout.ms`);
}

export async function quotas(s: Scenario): Promise<void> {
  const alter = "kafka-configs --alter";
  const rates =
    "--add-config producer_byte_rate=1000,consumer_byte_rate=2000,request_percentage=50.5";
  await s.run(11, `${alter} --entity-type users --entity-name bob ${rates}`);
  await s.run(12, `${alter} --entity-type users --entity-default ${rates}`);
  await s.run(13, `${alter} --entity-type clients --entity-name app ${rates}`);
  await s.run(
    11,
    `${alter} --entity-type clients --entity-default --add-config request_percentage=200`,
  );
  await s.run(
    12,
    `${alter} --entity-type users --entity-name bob --entity-type clients --entity-name app --add-config producer_byte_rate=10`,
  );
  await s.run(
    12,
    `${alter} --entity-type users --entity-name bob --entity-type clients --entity-default --add-config producer_byte_rate=11`,
  );
  await s.run(
    12,
    `${alter} --entity-type users --entity-default --entity-type clients --entity-name app --add-config producer_byte_rate=12`,
  );
  await s.run(
    12,
    `${alter} --entity-type users --entity-default --entity-type clients --entity-default --add-config producer_byte_rate=13`,
  );
  await s.run(
    13,
    `${alter} --entity-type ips --entity-name 10.1.2.3 --add-config connection_creation_rate=7`,
  );
  await s.run(
    13,
    `${alter} --entity-type ips --entity-default --add-config connection_creation_rate=800`,
  );
  await s.run(
    "controllers",
    `${alter} --entity-type users --entity-name carol --add-config controller_mutation_rate=100`,
  );
  await s.run(
    11,
    `${alter} --entity-type users --entity-name bob --add-config producer_byte_rate=-1`,
  );
  await s.run(
    11,
    `${alter} --entity-type users --entity-name bob --add-config producer_byte_rate=0`,
  );
  await s.run(
    11,
    `${alter} --entity-type users --entity-name bob --add-config producer_byte_rate=fast`,
  );
  await s.run(
    11,
    `${alter} --entity-type users --entity-name bob --add-config producer_byte_rate=1.5`,
  );
  await s.run(11, `${alter} --entity-type users --entity-name bob --add-config nosuch_rate=1`);
  await s.run(
    11,
    `${alter} --entity-type clients --entity-name app --add-config connection_creation_rate=1`,
  );
  await s.run(
    11,
    `${alter} --entity-type ips --entity-name 10.1.2.3 --add-config producer_byte_rate=1`,
  );
  await s.run(
    11,
    `${alter} --entity-type ips --entity-name no.such.host.invalid --add-config connection_creation_rate=1`,
  );
  await s.run(
    11,
    `${alter} --entity-type ips --entity-name 10.1.2.3 --add-config connection_creation_rate=0.5`,
  );
  await s.run(
    11,
    `${alter} --entity-type users --entity-name a%b;c --add-config producer_byte_rate=5`,
  );
  await s.run(12, `${alter} --entity-type users --entity-name bob --delete-config nosuch_rate`);
  await s.run(
    12,
    `${alter} --entity-type users --entity-name nobody --delete-config producer_byte_rate`,
  );
  await s.run(11, "kafka-configs --describe --entity-type users");
  await s.run(12, "kafka-configs --describe --entity-type users --entity-name bob");
  await s.run(13, "kafka-configs --describe --entity-type users --entity-default");
  await s.run(13, "kafka-configs --describe --entity-type clients");
  await s.run(13, "kafka-configs --describe --entity-type ips");
  await s.run(
    13,
    "kafka-configs --describe --entity-type users --entity-name bob --entity-type clients --entity-name app",
  );
  await s.run(13, "kafka-configs --describe --entity-type users --entity-type clients");
  await s.run(
    12,
    `${alter} --entity-type users --entity-name bob --delete-config producer_byte_rate,consumer_byte_rate`,
  );
  await s.run(
    12,
    `${alter} --entity-type users --entity-default --entity-type clients --entity-default --delete-config producer_byte_rate`,
  );
  // Everybody's producers fall under these, also those of later chapters.
  await s.run(
    12,
    `${alter} --entity-type users --entity-default --delete-config producer_byte_rate,consumer_byte_rate`,
  );
  await s.run(
    13,
    `${alter} --entity-type ips --entity-name 10.1.2.3 --delete-config connection_creation_rate`,
  );
}

export async function credentials(s: Scenario): Promise<void> {
  const alter = "kafka-configs --alter --entity-type users --entity-name";
  await s.run(11, `${alter} carol --add-config SCRAM-SHA-256=[password=carol-secret]`);
  await s.run(
    12,
    `${alter} carol --add-config SCRAM-SHA-512=[iterations=5000,password=carol-secret]`,
  );
  await s.run(13, `${alter} dave --add-config SCRAM-SHA-256=[iterations=4095,password=p]`);
  await s.run(13, `${alter} dave --add-config SCRAM-SHA-256=[iterations=16385,password=p]`);
  await s.run(13, `${alter} dave --add-config SCRAM-SHA-256=[iterations=4096]`);
  await s.run(13, `${alter} dave --delete-config SCRAM-SHA-256`);
  await s.run(
    13,
    "kafka-configs --alter --entity-type users --entity-default --add-config SCRAM-SHA-256=[password=p]",
  );
  await s.run(
    "controllers",
    `${alter} erin --add-config SCRAM-SHA-256=[password=erin-secret],SCRAM-SHA-512=[password=erin-secret]`,
  );
  await s.run(11, "kafka-configs --describe --entity-type users --entity-name carol");
  await s.run(12, "kafka-configs --describe --entity-type users");
  await s.run("controllers", "kafka-configs --describe --entity-type users --entity-name erin");
  await s.run(12, `${alter} carol --delete-config SCRAM-SHA-512`);
  await s.run(12, `${alter} carol --add-config SCRAM-SHA-256=[password=renewed]`);
  await s.run(12, `${alter} erin --delete-config SCRAM-SHA-256,SCRAM-SHA-512`);
  await s.run(
    { broker: 12, user: "alice" },
    `${alter} alice --add-config SCRAM-SHA-256=[password=p]`,
  );
}
