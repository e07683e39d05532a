/** Waits until the quorum is whole again: all voters have what the leader has. */

import { connectActive, type KafkaSide } from "./side/kafka-side.ts";
import { inMs, waitMs } from "./wait.ts";

const GIVE_UP_MS = 180_000;
const ASK_TIMEOUT_MS = 5000;
/** What a voter may be behind by while others write, in records. */
const MAX_LAG = 50n;

export async function untilLevel(side: KafkaSide): Promise<void> {
  for (const endMs = performance.now() + GIVE_UP_MS; performance.now() < endMs; ) {
    if (await inMs(ASK_TIMEOUT_MS, isLevel(side), false)) return;
    await waitMs(50);
  }
  throw new Error(`The controllers of ${side.name} do not catch up`);
}

async function isLevel(side: KafkaSide): Promise<boolean> {
  const client = await connectActive(side, ASK_TIMEOUT_MS);
  try {
    const { topics } = await client.call(
      "describeQuorum",
      { topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }] },
      1,
    );
    const partition = topics[0]?.partitions[0];
    if (partition?.errorCode !== 0) return false;
    const ends = partition.currentVoters.map(({ logEndOffset }) => logEndOffset);
    const end = BigInt(Math.max(...ends.map(Number)));
    return ends.length === side.members.length && ends.every((own) => end - own <= MAX_LAG);
  } finally {
    client.close();
  }
}
