/** A quorum that is measured over the Kafka protocol: three processes, ours or Apache's. */

import { KafkaClient } from "../../test/support/kafka-client.ts";
import type { KafkaSideName } from "../sample.ts";
import { inMs, waitMs } from "../wait.ts";

/** One controller process. */
export interface Member {
  readonly id: number;
  readonly port: number;
  /** Null while it does not run. */
  readonly pid: number | null;
  kill(): Promise<void>;
  /** Starts it again; may resolve before it serves. */
  start(): Promise<void>;
}

export interface KafkaSide {
  readonly name: KafkaSideName;
  readonly clusterId: string;
  readonly members: readonly Member[];
  /** Starts a member again, with an inspector of its engine; returns where it listens. Null where there is none. */
  readonly restartInspected: ((member: Member) => Promise<number>) | null;
  close(): Promise<void>;
}

const ASK_TIMEOUT_MS = 500;
const FIND_TIMEOUT_MS = 180_000;
const NO_EPOCH = -1;

/**
 * The member that leads: of those that say so of themselves the one of the newest epoch, because who has been paused
 * says so too, until it has heard of the election that it slept through.
 */
export async function activeMember(side: KafkaSide): Promise<Member> {
  const deadlineMs = performance.now() + FIND_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    const running = side.members.filter(({ pid }) => pid !== null);
    if (running.length === 0) throw new Error(`No controller of ${side.name} runs`);
    const epochs = await Promise.all(
      running.map((member) => inMs(ASK_TIMEOUT_MS, ownEpoch(member), null)),
    );
    const newest = Math.max(...epochs.map((epoch) => epoch ?? NO_EPOCH));
    const active = running[epochs.indexOf(newest)];
    if (active !== undefined) return active;
    await waitMs(10);
  }
  throw new Error(`Cannot find the active controller of ${side.name}`);
}

/** A connection to the active controller. */
export async function connectActive(side: KafkaSide): Promise<KafkaClient> {
  return KafkaClient.open((await activeMember(side)).port);
}

/** The epoch in which a member says that it leads; null when it does not. */
async function ownEpoch({ port }: Member): Promise<number | null> {
  const client = await KafkaClient.open(port);
  try {
    const { topics } = await client.call(
      "describeQuorum",
      { topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }] },
      1,
    );
    const partition = topics[0]?.partitions[0];
    return partition?.errorCode === 0 ? partition.leaderEpoch : null;
  } finally {
    client.close();
  }
}
