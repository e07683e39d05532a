/** Three real Apache controllers with their default settings or all but one, and the JVM flags of Kafka's own start script. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApacheQuorum } from "../../test/support/kafka/apache-quorum.ts";
import { type KafkaSideName, WITHOUT_LINGER } from "../sample.ts";
import type { KafkaSide, Member } from "./kafka-side.ts";

/** As kafka-run-class.sh, against the tests' flags for a quick start; the heap is what a million partitions need. */
const JVM_FLAGS = [
  "-XX:TieredStopAtLevel=4",
  "-XX:-UseSerialGC",
  "-XX:+UseG1GC",
  "-XX:MaxGCPauseMillis=20",
  "-XX:InitiatingHeapOccupancyPercent=35",
  "-Xms256m",
];

/** The largest heap with few topics, as the start script has it. */
export const SMALL_HEAP_MB = 1024;

const LINGER = "controller.quorum.append.linger.ms";

/** `heapMb` is the largest heap of each controller. */
export async function startApache(
  name: Exclude<KafkaSideName, "quorate">,
  heapMb: number,
): Promise<KafkaSide> {
  const folder = mkdtempSync(join(tmpdir(), "quorate-bench-apache-"));
  const jvmFlags = [...JVM_FLAGS, `-Xmx${heapMb}m`];
  const properties = name === WITHOUT_LINGER ? { [LINGER]: "0" } : {};
  const quorum = await createApacheQuorum({ folder, jvmFlags, properties });
  const close = async (): Promise<void> => {
    await quorum.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await quorum.start();
  } catch (error) {
    await close();
    throw error;
  }
  const ports = quorum.bootstrap.split(",").map((address) => Number(address.split(":")[1]));
  const members = quorum.controllers.map(
    (node, index): Member => ({
      id: index + 1,
      port: ports[index] ?? 0,
      get pid() {
        return node.pid ?? null;
      },
      kill: () => node.kill(),
      start: () => node.start(),
    }),
  );
  return { name, clusterId: quorum.clusterId, members, restartInspected: null, close };
}
