/** Tools that read disks: kafka-storage, kafka-dump-log and kafka-metadata-shell. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { BROKER_IDS } from "../brokers.ts";
import type { Scenario } from "../scenario.ts";

export async function storage(s: Scenario): Promise<void> {
  const folder = join(s.folder, "spare");
  mkdirSync(folder);
  s.word("cluster", s.controllers.clusterId);
  s.file(
    "spare.properties",
    [
      "process.roles=broker",
      "node.id=19",
      "listeners=PLAINTEXT://127.0.0.1:9",
      "controller.listener.names=CONTROLLER",
      "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
      `controller.quorum.bootstrap.servers=${s.controllers.addresses.join(",")}`,
      `log.dirs=${folder}`,
    ].join("\n"),
  );
  await s.run("files", "kafka-storage info --config {spare.properties}");
  await s.run("files", "kafka-storage format --config {spare.properties} --cluster-id {cluster}");
  await s.run("files", "kafka-storage format --config {spare.properties} --cluster-id {cluster}");
  await s.run(
    "files",
    "kafka-storage format --config {spare.properties} --cluster-id {cluster} --ignore-formatted",
  );
  await s.run("files", "kafka-storage info --config {spare.properties}");
  for (const id of BROKER_IDS)
    await s.run("files", `kafka-storage info --config {configuration of ${id}}`);
  await s.run("files", "kafka-storage version-mapping --release-version 4.0-IV3");
}

/** What the controllers wrote and what each broker has replicated of it, read by Kafka's own tools. */
export async function replicatedLogs(s: Scenario): Promise<void> {
  await s.exportLogs();
  for (const name of ["controllers", ...BROKER_IDS]) {
    await s.run("files", `kafka-dump-log --cluster-metadata-decoder --files {log of ${name}}`);
    // The shell takes commands before it has read its file.
    await s.run("files", `kafka-metadata-shell --snapshot {log of ${name}} tree /image`, {
      isReady: (stdout) => !stdout.includes("Optional.empty"),
    });
  }
}
