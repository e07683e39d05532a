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

/** The member that says of itself that it leads. */
export async function activeMember(side: KafkaSide): Promise<Member> {
  const deadlineMs = performance.now() + FIND_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    for (const member of side.members) {
      if (member.pid !== null && (await inMs(ASK_TIMEOUT_MS, leads(member)))) return member;
    }
    await waitMs(10);
  }
  throw new Error(`Cannot find the active controller of ${side.name}`);
}

/** A connection to the active controller. */
export async function connectActive(side: KafkaSide): Promise<KafkaClient> {
  return KafkaClient.open((await activeMember(side)).port);
}

async function leads({ port }: Member): Promise<boolean> {
  const client = await KafkaClient.open(port);
  try {
    const { topics } = await client.call(
      "describeQuorum",
      { topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }] },
      1,
    );
    return topics[0]?.partitions[0]?.errorCode === 0;
  } finally {
    client.close();
  }
}
