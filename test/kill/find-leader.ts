/** Who says that it leads, asked over the Kafka protocol; a process that is dead or frozen says nothing. */

import type { ControllerProcess } from "../../cli/processes.ts";
import { METADATA_TOPIC } from "../../src/base/metadata-topic.ts";
import { realTimers, withDeadline } from "../../workers/gateway/timers.ts";
import { KafkaClient } from "../support/kafka-client.ts";

const ANSWER_MS = 400;
const PAUSE_MS = 5;

/** The epoch in which a controller says that it leads, or null. */
async function claimedEpoch({ pid, kafkaPort }: ControllerProcess): Promise<number | null> {
  if (pid === null) return null;
  const client = await KafkaClient.open(kafkaPort).catch(() => null);
  if (client === null) return null;
  try {
    const topics = [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] }];
    const asked = client.call("describeQuorum", { topics });
    const partition = (await withDeadline(realTimers, ANSWER_MS, asked)).topics[0]?.partitions[0];
    return partition?.errorCode === 0 ? partition.leaderEpoch : null;
  } catch {
    return null;
  } finally {
    client.close();
  }
}

/** The first that says so, which may be one that was deposed and has not heard of it; null when nobody does. */
export async function anyLeader(
  controllers: readonly ControllerProcess[],
): Promise<ControllerProcess | null> {
  const claims = controllers.map(async (controller) => {
    if ((await claimedEpoch(controller)) === null) throw new Error("does not lead");
    return controller;
  });
  return Promise.any(claims).catch(() => null);
}

/** The one that leads in the highest epoch; asks until there is one. */
export async function newestLeader(
  controllers: readonly ControllerProcess[],
  deadlineMs: number,
): Promise<ControllerProcess> {
  for (;;) {
    const epochs = await Promise.all(controllers.map(claimedEpoch));
    const newest = Math.max(...epochs.map((epoch) => epoch ?? -1));
    const leader = controllers[epochs.indexOf(newest)];
    if (leader !== undefined) return leader;
    if (performance.now() > deadlineMs) throw new Error("nobody leads");
    await pause(PAUSE_MS);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
