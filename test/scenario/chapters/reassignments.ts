/** kafka-reassign-partitions: proposals, throttles, progress, cancellation and what is refused. */

import type { Scenario } from "../scenario.ts";

type Move = readonly [topic: string, partition: number, replicas: readonly number[]];

function plan(...moves: readonly Move[]): string {
  const partitions = moves.map(([topic, partition, replicas]) => ({ topic, partition, replicas }));
  return JSON.stringify({ version: 1, partitions });
}

export async function reassignments(s: Scenario): Promise<void> {
  const tool = "kafka-reassign-partitions";
  await s.run(12, "kafka-topics --create --topic moving --replica-assignment 11:12,12:13,13:11");
  s.file("topics.json", '{"version":1,"topics":[{"topic":"moving"}]}');
  await s.run(
    11,
    `${tool} --topics-to-move-json-file {topics.json} --broker-list 11 --generate --disable-rack-aware`,
  );
  await s.run(12, `${tool} --topics-to-move-json-file {topics.json} --broker-list 99 --generate`);
  s.file("move.json", plan(["moving", 0, [12, 13]], ["moving", 1, [12, 13, 11]]));
  await s.run(
    12,
    `${tool} --reassignment-json-file {move.json} --execute --throttle 10000000 --replica-alter-log-dirs-throttle 20000000`,
    { isFollowed: true },
  );
  await s.run(13, `${tool} --list`);
  await s.run(12, "kafka-configs --describe --entity-type topics --entity-name moving");
  await s.run(11, `${tool} --reassignment-json-file {move.json} --verify --preserve-throttles`);
  await s.run(11, `${tool} --reassignment-json-file {move.json} --verify`);
  await s.run(12, "kafka-topics --describe --topic moving");
  s.file("nosuch-topic.json", plan(["nosuch", 0, [11, 12]]));
  s.file("nosuch-partition.json", plan(["moving", 9, [11, 12]]));
  s.file("nosuch-broker.json", plan(["moving", 0, [11, 99]]));
  s.file("twice.json", plan(["moving", 0, [11, 11]]));
  s.file("empty.json", plan(["moving", 0, []]));
  s.file("none.json", plan());
  s.file("negative.json", plan(["moving", 0, [-1]]));
  s.file("garbage.json", "not json");
  for (const file of [
    "nosuch-topic",
    "nosuch-partition",
    "nosuch-broker",
    "twice",
    "empty",
    "none",
    "negative",
    "garbage",
  ]) {
    await s.run(12, `${tool} --reassignment-json-file {${file}.json} --execute`);
  }
  await s.run(12, `${tool} --reassignment-json-file {nosuch-topic.json} --verify`);
  await s.run(12, `${tool} --reassignment-json-file {move.json} --cancel`);
  s.file("same.json", plan(["moving", 0, [12, 13]]));
  await s.run(12, `${tool} --reassignment-json-file {same.json} --execute`);
  s.file("order.json", plan(["moving", 0, [13, 12]]));
  await s.run(12, `${tool} --reassignment-json-file {order.json} --execute`, { isFollowed: true });
  await s.run("controllers", `${tool} --list`);
}

/** A move that its throttle holds up: it is listed, refused a second one, replaced, cancelled. */
export async function stuckReassignments(s: Scenario): Promise<void> {
  const tool = "kafka-reassign-partitions";
  const at = `bootstrap.servers=127.0.0.1:${s.broker(12).ports.plain}`;
  await s.run(12, "kafka-topics --create --topic solo --replica-assignment 11");
  // The first fetch goes through whatever the throttle says: more than one of them is needed.
  await s.run(
    "files",
    `kafka-producer-perf-test --topic solo --num-records 40 --record-size 100000 --throughput -1 --command-property ${at} enable.idempotence=false`,
  );
  s.file("to-13.json", plan(["solo", 0, [13]]));
  s.file("to-12.json", plan(["solo", 0, [12, 13]]));
  await s.run(12, `${tool} --reassignment-json-file {to-13.json} --execute --throttle 1000`);
  await s.run(12, `${tool} --list`);
  await s.run("controllers", `${tool} --list`);
  await s.run(12, `${tool} --reassignment-json-file {to-13.json} --verify`);
  await s.run(12, `${tool} --reassignment-json-file {to-12.json} --execute`);
  await s.run(
    12,
    `${tool} --reassignment-json-file {to-12.json} --execute --additional --throttle 1000`,
  );
  await s.run(12, "kafka-topics --describe --topic solo");
  await s.run(12, "kafka-topics --alter --topic solo --partitions 2 --replica-assignment 11,12");
  await s.run(12, `${tool} --reassignment-json-file {to-12.json} --verify`);
  await s.run(
    "controllers",
    `${tool} --reassignment-json-file {to-12.json} --cancel --preserve-throttles`,
  );
  await s.run(12, `${tool} --reassignment-json-file {to-12.json} --cancel`, { isFollowed: true });
  await s.run(12, `${tool} --reassignment-json-file {to-12.json} --verify`);
  await s.run({ broker: 12, user: "alice" }, `${tool} --list`);
  await s.run(12, "kafka-topics --describe --topic solo|moving|orders");
}
