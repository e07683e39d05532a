/** kafka-features: levels, dependencies, dry runs, refusals, and the metadata version itself. */

import type { Scenario } from "../scenario.ts";

export async function features(s: Scenario): Promise<void> {
  for (const door of [11, 12, 13, "controllers"] as const)
    await s.run(door, "kafka-features describe");
  await s.run("files", "kafka-features version-mapping --release-version 4.0-IV3");
  await s.run("files", "kafka-features version-mapping --release-version 9.9-IV9");
  await s.run(
    "files",
    "kafka-features feature-dependencies --feature transaction.version=2 --feature metadata.version=25",
  );
  await s.run("files", "kafka-features feature-dependencies --feature nosuch=1");
  await s.run(12, "kafka-features upgrade --feature transaction.version=2");
  await s.run(12, "kafka-features upgrade --feature transaction.version=9");
  await s.run(12, "kafka-features upgrade --feature nosuch.version=1");
  await s.run(12, "kafka-features upgrade --feature kraft.version=1");
  await s.run(12, "kafka-features upgrade --feature kraft.version=2");
  await s.run(12, "kafka-features downgrade --feature kraft.version=0");
  await s.run(12, "kafka-features upgrade --feature group.version=0");
  await s.run(12, "kafka-features downgrade --feature group.version=1");
  await s.run(12, "kafka-features downgrade --dry-run --feature group.version=0");
  await s.run(11, "kafka-features downgrade --feature group.version=0");
  await s.run(12, "kafka-features downgrade --feature transaction.version=1");
  await s.run(12, "kafka-features downgrade --unsafe --feature transaction.version=0");
  await s.run(
    13,
    "kafka-features upgrade --feature group.version=1 --feature transaction.version=2",
  );
  await s.run(13, "kafka-features upgrade --feature group.version=1 --feature nosuch.version=2");
  await s.run(
    "controllers",
    "kafka-features upgrade --dry-run --feature eligible.leader.replicas.version=1",
  );
  await s.run("controllers", "kafka-features upgrade --feature eligible.leader.replicas.version=1");
  await s.run(12, "kafka-features upgrade --feature share.version=1");
  await s.run(12, "kafka-features upgrade --feature streams.version=1");
  await s.run(12, "kafka-features upgrade --metadata 4.1-IV0");
  await s.run(12, "kafka-features upgrade --release-version 4.3-IV0");
  await s.run(12, "kafka-features upgrade --release-version 4.0-IV3");
  await s.run(12, "kafka-features upgrade --metadata 9.9-IV0");
  await s.run(12, "kafka-features downgrade --metadata 3.2-IV0");
  await s.run({ broker: 12, user: "alice" }, "kafka-features downgrade --feature group.version=0");
  await s.run(12, "kafka-features describe");
  await s.run("controllers", "kafka-features describe");
}

/** With eligible leader replicas: the ISR shrinks below its minimum, and configs that it rests on are guarded. */
export async function eligibleReplicas(s: Scenario): Promise<void> {
  await s.run(12, "kafka-configs --describe --entity-type brokers --entity-default");
  await s.run(
    12,
    "kafka-configs --alter --entity-type brokers --entity-default --delete-config min.insync.replicas",
  );
  await s.run(
    12,
    "kafka-configs --alter --entity-type brokers --entity-name 12 --add-config min.insync.replicas=2",
  );
  await s.run(
    12,
    "kafka-configs --alter --entity-type brokers --entity-default --add-config min.insync.replicas=2",
  );
  await s.run(
    12,
    "kafka-topics --create --topic eligible --replica-assignment 11:12:13 --config min.insync.replicas=3",
  );
  await s.stopBroker(13);
  await s.run(12, "kafka-topics --describe --topic eligible");
  await s.run(
    12,
    "kafka-configs --alter --entity-type topics --entity-name eligible --add-config min.insync.replicas=1",
  );
  await s.run(12, "kafka-topics --describe --topic eligible");
  await s.startBroker(13);
  await s.untilSettled();
  await s.run(12, "kafka-topics --describe --topic eligible");
  await s.run(12, "kafka-features downgrade --feature eligible.leader.replicas.version=0");
  await s.run(
    12,
    "kafka-configs --alter --entity-type brokers --entity-default --delete-config min.insync.replicas",
  );
}

/** At the end, because records take older versions from here on. */
export async function metadataVersions(s: Scenario): Promise<void> {
  await s.run(12, "kafka-features downgrade --metadata 3.9-IV0");
  await s.run(12, "kafka-features downgrade --dry-run --metadata 4.0-IV2");
  await s.run(12, "kafka-features downgrade --metadata 4.0-IV2");
  await s.run(12, "kafka-features downgrade --unsafe --metadata 3.9-IV0");
  await s.run(12, "kafka-features describe");
  await s.run(12, "kafka-topics --create --topic older --replica-assignment 11:12");
  await s.run(12, "kafka-features upgrade --metadata 4.0-IV3");
  await s.run(12, "kafka-topics --create --topic newer --replica-assignment 11:12");
}
