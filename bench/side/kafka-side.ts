/** A quorum that is measured over the Kafka protocol: three processes, ours or Apache's. */

import type { ErrorName } from "../../src/base/error-code.ts";
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
const ELECTION_TIMEOUT_MS = 30_000;
const NO_EPOCH = -1;
const MAX_TRIES = 5;
const RETRY_MS = 200;
const NOT_CONTROLLER: ErrorName = "NOT_CONTROLLER";

/**
 * The member that leads: of those that say so of themselves the one of the newest epoch, because who has been paused
 * says so too, until it has heard of the election that it slept through.
 */
export async function activeMember(side: KafkaSide): Promise<Member> {
  return (await leaderOf(side)).member;
}

interface Leader {
  readonly member: Member;
  readonly epoch: number;
}

async function leaderOf(side: KafkaSide, withinMs = FIND_TIMEOUT_MS): Promise<Leader> {
  const deadlineMs = performance.now() + withinMs;
  while (performance.now() < deadlineMs) {
    const running = side.members.filter(({ pid }) => pid !== null);
    if (running.length === 0) throw new Error(`No controller of ${side.name} runs`);
    const epochs = await Promise.all(
      running.map((member) => inMs(ASK_TIMEOUT_MS, ownEpoch(member), null)),
    );
    const newest = Math.max(...epochs.map((epoch) => epoch ?? NO_EPOCH));
    const member = running[epochs.indexOf(newest)];
    if (member !== undefined) return { member, epoch: newest };
    await waitMs(10);
  }
  throw new Error(`Cannot find the active controller of ${side.name}`);
}

/**
 * What is measured on the active controller. What was measured while the leadership moved is something else, and may fail:
 * then it is measured again, on whoever leads now.
 */
export async function whileOneLeads<T>(
  side: KafkaSide,
  measure: (active: Member) => Promise<T>,
): Promise<T> {
  for (let left = MAX_TRIES; left > 0; left--) {
    const { member, epoch } = await leaderOf(side);
    const hasMoved = async (): Promise<boolean> => {
      return (await leaderOf(side, ELECTION_TIMEOUT_MS)).epoch !== epoch;
    };
    try {
      const result = await measure(member);
      if (!(await hasMoved())) return result;
    } catch (error) {
      // Who has just been elected, or is none any more, may say that it leads and yet take nothing.
      const isRefused = (error as Error).message.includes(NOT_CONTROLLER);
      // Where nobody leads any more, what failed first says more.
      if (!isRefused && !(await hasMoved().catch(() => false))) throw error;
      await waitMs(RETRY_MS);
    }
  }
  throw new Error(`The leadership of ${side.name} moved ${MAX_TRIES} times while it was measured`);
}

/** A connection to the active controller. */
export async function connectActive(side: KafkaSide, withinMs?: number): Promise<KafkaClient> {
  return KafkaClient.open((await leaderOf(side, withinMs)).member.port);
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
