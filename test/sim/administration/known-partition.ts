/** A partition as some broker knows it, which may be behind. */

import type { PartitionState } from "../../../src/state/metadata-view.ts";
import type { Desk } from "./desk.ts";

export interface KnownPartition {
  readonly topic: string;
  readonly topicId: string;
  readonly partitionIndex: number;
  readonly partition: PartitionState;
}

const MOST_TOPICS = 50;

/** Any partition, rather one that is of interest; null when no topic is known. */
export function knownPartition(
  desk: Desk,
  isOfInterest: (partition: PartitionState) => boolean,
): KnownPartition | null {
  const broker = desk.pick(desk.world.brokers);
  const view = broker.image.view();
  const topics = view.topics("", MOST_TOPICS);
  if (topics.length === 0) return null;
  const known: KnownPartition[] = [];
  for (const { topicId, name } of topics) {
    for (const { partitionIndex, partition } of view.partitions(topicId)) {
      known.push({ topic: name, topicId, partitionIndex, partition });
    }
  }
  const interesting = known.filter(({ partition }) => isOfInterest(partition));
  return desk.pick(interesting.length > 0 && desk.once(2) ? interesting : known);
}
