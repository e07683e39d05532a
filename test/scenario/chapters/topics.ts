/** kafka-topics and what CreateTopics, CreatePartitions and DeleteTopics refuse. */

import type { Scenario } from "../scenario.ts";

export async function topics(s: Scenario): Promise<void> {
  const create = "kafka-topics --create --topic";
  await s.run(11, `${create} orders --replica-assignment 11:12:13,12:13:11`);
  await s.run(12, `${create} orders --partitions 1 --replication-factor 1`);
  await s.run(13, `${create} orders --partitions 1 --replication-factor 1 --if-not-exists`);
  await s.run(11, `${create} bad/name --partitions 1 --replication-factor 1`);
  await s.run(12, `${create} .. --partitions 1 --replication-factor 1`);
  await s.run(12, `${create} ${"n".repeat(250)} --partitions 1 --replication-factor 1`);
  await s.run(12, `${create} a.b --replica-assignment 11`);
  await s.run(12, `${create} a_b --replica-assignment 11`);
  await s.run(13, `${create} none --partitions 0 --replication-factor 1`);
  await s.run(13, `${create} none --partitions -5 --replication-factor 1`);
  await s.run(13, `${create} none --partitions 1 --replication-factor 0`);
  await s.run(13, `${create} none --partitions 1 --replication-factor 4`);
  await s.run(13, `${create} none --partitions 10001 --replication-factor 1`);
  await s.run(13, `${create} none --replica-assignment 11:99`);
  await s.run(13, `${create} none --replica-assignment 11:11`);
  await s.run(13, `${create} none --replica-assignment 11:12,13`);
  await s.run(12, `${create} none --partitions 1 --replication-factor 1 --config nosuch.config=1`);
  await s.run(
    12,
    `${create} none --partitions 1 --replication-factor 1 --config retention.ms=soon`,
  );
  await s.run(12, `${create} none --partitions 1 --replication-factor 1 --config segment.bytes=1`);
  await s.run(
    12,
    `${create} none --partitions 1 --replication-factor 1 --config cleanup.policy=tidy`,
  );
  await s.run(
    12,
    `${create} none --partitions 1 --replication-factor 1 --config min.insync.replicas=0`,
  );
  await s.run(
    12,
    `${create} none --partitions 1 --replication-factor 1 --config compression.type=rar`,
  );
  await s.run(
    12,
    `${create} configured --replica-assignment 12:13 --config retention.ms=1000 --config min.insync.replicas=2 --config unclean.leader.election.enable=true`,
  );
  await s.run(11, "kafka-topics --list");
  await s.run(12, "kafka-topics --list --exclude-internal");
  await s.run(11, "kafka-topics --describe --topic orders");
  await s.run(12, "kafka-topics --describe --topic orders|configured");
  await s.run(13, "kafka-topics --describe --topics-with-overrides");
  await s.run(13, "kafka-topics --describe --topic nosuch");
  await s.run(13, "kafka-topics --describe --topic nosuch --if-exists");
  await s.run(13, "kafka-topics --describe --under-replicated-partitions");
  await s.run(13, "kafka-topics --describe --at-min-isr-partitions");
  // Placement is by lot; the normal form keeps only how many replicas there are.
  await s.run(11, `${create} placed --partitions 3 --replication-factor 2`);
  await s.run(12, `${create} placed-defaults`);
  await s.run(11, "kafka-topics --alter --topic orders --partitions 1");
  await s.run(11, "kafka-topics --alter --topic orders --partitions 2");
  await s.run(11, "kafka-topics --alter --topic orders --partitions 20000");
  await s.run(11, "kafka-topics --alter --topic nosuch --partitions 3");
  await s.run(11, "kafka-topics --alter --topic nosuch --partitions 3 --if-exists");
  await s.run(
    12,
    "kafka-topics --alter --topic orders --partitions 3 --replica-assignment 11:12:13,12:13:11,99:12:13",
  );
  await s.run(
    12,
    "kafka-topics --alter --topic orders --partitions 3 --replica-assignment 11:12:13,12:13:11,11:12",
  );
  await s.run(
    12,
    "kafka-topics --alter --topic orders --partitions 3 --replica-assignment 11:12:13,12:13:11,11:11:12",
  );
  await s.run(
    12,
    "kafka-topics --alter --topic orders --partitions 4 --replica-assignment 11:12:13,12:13:11,13:11:12",
  );
  await s.run(
    12,
    "kafka-topics --alter --topic orders --partitions 3 --replica-assignment 11:12:13,12:13:11,13:11:12",
  );
  await s.run(13, "kafka-topics --alter --topic placed --partitions 4");
  await s.run(13, "kafka-topics --delete --topic nosuch");
  await s.run(13, "kafka-topics --delete --topic nosuch --if-exists");
  await s.run(13, "kafka-topics --delete --topic a.b");
  await s.run(12, "kafka-topics --delete --topic placed.*", { anyOrder: true });
  await s.run(12, "kafka-topics --describe --topic orders");
}

/** The same through a listener where the user is not a super user: the controllers decide on what is forwarded. */
export async function topicsOfUsers(s: Scenario): Promise<void> {
  const alice = { broker: 12, user: "alice" } as const;
  await s.run(alice, "kafka-topics --create --topic mine --replica-assignment 11:12");
  await s.run(12, "kafka-acls --add --allow-principal User:alice --operation Create --topic mine");
  await s.run(alice, "kafka-topics --create --topic mine --replica-assignment 11:12");
  await s.run(alice, "kafka-topics --create --topic other --replica-assignment 11:12");
  await s.run(
    12,
    "kafka-acls --add --allow-principal User:alice --operation Describe --operation Alter --topic mine",
  );
  await s.run(alice, "kafka-topics --describe --topic mine");
  await s.run(alice, "kafka-topics --list");
  await s.run(
    alice,
    "kafka-topics --alter --topic mine --partitions 2 --replica-assignment 11:12,12:13",
  );
  await s.run(
    alice,
    "kafka-configs --alter --entity-type topics --entity-name mine --add-config retention.ms=1",
  );
  await s.run(alice, "kafka-topics --delete --topic mine");
  await s.run(alice, "kafka-topics --delete --topic orders");
  await s.run(
    12,
    "kafka-acls --add --allow-principal User:alice --operation Delete --topic m --resource-pattern-type prefixed",
  );
  await s.run(
    12,
    "kafka-acls --add --deny-principal User:alice --deny-host 10.0.0.1 --operation Delete --topic mine",
  );
  await s.run(alice, "kafka-topics --delete --topic mine");
  await s.run({ broker: 12, user: "bob" }, "kafka-topics --list");
  await s.run({ broker: 13, user: "admin" }, "kafka-topics --list");
  await s.run(12, "kafka-acls --remove --force --topic mine");
  await s.run(12, "kafka-acls --remove --force --topic m --resource-pattern-type prefixed");
}
