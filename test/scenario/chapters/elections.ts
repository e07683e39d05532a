/** kafka-leader-election: preferred and unclean, of one partition, of a file, of all, and what is refused. */

import type { Scenario } from "../scenario.ts";

export async function elections(s: Scenario): Promise<void> {
  const tool = "kafka-leader-election";
  await s.run(12, "kafka-topics --create --topic led --replica-assignment 13:12,13:11,12:13");
  await s.run(11, `${tool} --election-type preferred --topic led --partition 0`);
  await s.run(12, `${tool} --election-type preferred --topic nosuch --partition 0`);
  await s.run(12, `${tool} --election-type preferred --topic led --partition 9`);
  await s.run(12, `${tool} --election-type unclean --topic led --partition 0`);
  await s.run(12, `${tool} --election-type sudden --topic led --partition 0`);
  await s.stopBroker(13);
  await s.run(12, `${tool} --election-type preferred --topic led --partition 0`);
  await s.startBroker(13);
  await s.untilSettled();
  s.file(
    "led.json",
    '{"partitions":[{"topic":"led","partition":0},{"topic":"led","partition":1}]}',
  );
  s.file(
    "twice.json",
    '{"partitions":[{"topic":"led","partition":0},{"topic":"led","partition":0}]}',
  );
  s.file(
    "mixed.json",
    '{"partitions":[{"topic":"led","partition":2},{"topic":"nosuch","partition":0}]}',
  );
  await s.run(11, `${tool} --election-type preferred --topic led --partition 0`);
  await s.run(12, `${tool} --election-type preferred --path-to-json-file {led.json}`);
  await s.run(12, `${tool} --election-type preferred --path-to-json-file {twice.json}`);
  await s.run(12, `${tool} --election-type preferred --path-to-json-file {mixed.json}`);
  await s.run(13, `${tool} --election-type preferred --all-topic-partitions`);
  await s.run(13, `${tool} --election-type preferred --all-topic-partitions`);
  await s.run(
    { broker: 12, user: "alice" },
    `${tool} --election-type preferred --topic led --partition 0`,
  );
}

/** The last one in sync is away: only an unclean election gives the partition a leader. */
export async function uncleanElections(s: Scenario): Promise<void> {
  const tool = "kafka-leader-election";
  await s.run(12, "kafka-topics --create --topic lost --replica-assignment 13:12");
  await s.run(12, "kafka-topics --create --topic alone --replica-assignment 13");
  await s.stopBroker(12);
  await s.stopBroker(13);
  await s.startBroker(12);
  await s.untilSettled();
  await s.run(11, "kafka-topics --describe --topic lost|alone");
  await s.run(11, "kafka-topics --describe --unavailable-partitions");
  await s.run(11, `${tool} --election-type preferred --topic lost --partition 0`);
  await s.run(11, `${tool} --election-type unclean --topic alone --partition 0`);
  await s.run(11, `${tool} --election-type unclean --topic lost --partition 0`);
  await s.run(11, `${tool} --election-type unclean --all-topic-partitions`);
  await s.startBroker(13);
  await s.untilSettled();
  await s.run(12, "kafka-topics --describe --topic lost|alone");
  await s.run(12, `${tool} --election-type preferred --all-topic-partitions`);
}
