/**
 * What a change of a broker means for its partitions, as PartitionChange records in Kafka's order of topics and then by
 * index. Their number, and the work to find them, is what the broker has and not what the cluster has.
 */

import type { Uuid } from "../base/uuid.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { NO_LEADER } from "./leader-election.ts";
import type { MetadataView, PartitionAt } from "./metadata-view.ts";
import { partitionChange } from "./partition-change.ts";
import { RecordsByTopic } from "./topic-order.ts";
import { TopicRuleBook } from "./topic-rules.ts";

/** True when some partition has the broker as its leader. */
export function brokerLeadsPartitions(view: MetadataView, brokerId: number): boolean {
  for (const { partition } of view.partitionsOfBroker(brokerId)) {
    if (partition.leader === brokerId) return true;
  }
  return false;
}

/** Takes the broker out of every ISR it is in, and elects others where it leads. */
export function recordsForFencing(view: MetadataView, brokerId: number): NewRecord[] {
  return recordsWithout(view, brokerId, ({ partition }) => partition.isr.includes(brokerId));
}

/** The broker stays registered and may still be fetched from, but hands over all it can. */
export function recordsForControlledShutdown(view: MetadataView, brokerId: number): NewRecord[] {
  return recordsForFencing(view, brokerId);
}

/** Out of every ISR and ELR: the broker will not come back. */
export function recordsForUnregistering(view: MetadataView, brokerId: number): NewRecord[] {
  return recordsWithoutData(view, brokerId);
}

/** A broker begins a new life: what its former one was part of, it is not any more. */
export function recordsForRegistering(
  view: MetadataView,
  brokerId: number,
  { uncleanShutdown }: { readonly uncleanShutdown: boolean },
): NewRecord[] {
  return uncleanShutdown ? recordsWithoutData(view, brokerId) : recordsForFencing(view, brokerId);
}

/** Gives leaderless partitions a leader where the broker that is back can be it. */
export function recordsForUnfencing(view: MetadataView, brokerId: number): NewRecord[] {
  const rules = new TopicRuleBook(view);
  const records = new RecordsByTopic();
  for (const { topicId, partitionIndex, partition } of view.partitionsOfBroker(brokerId)) {
    if (partition.leader !== NO_LEADER) continue;
    const record = partitionChange(
      partition,
      { topicId, partitionIndex },
      rules.changeRules(topicId, partition, { besides: brokerId }),
    );
    records.add(topicId, record);
  }
  return records.inOrder();
}

/** Takes the broker out of the ISR of every partition whose replica lies in one of the failed directories. */
export function recordsForOfflineDirs(
  view: MetadataView,
  brokerId: number,
  dirs: readonly Uuid[],
): NewRecord[] {
  return recordsWithout(view, brokerId, ({ partition }) => {
    const directory = partition.directories[partition.replicas.indexOf(brokerId)];
    if (directory === undefined || !dirs.includes(directory)) return false;
    return partition.isr.includes(brokerId) || partition.leader === brokerId;
  });
}

function recordsWithout(
  view: MetadataView,
  brokerId: number,
  concerns: (at: PartitionAt) => boolean,
): NewRecord[] {
  const rules = new TopicRuleBook(view);
  const records = new RecordsByTopic();
  for (const at of view.partitionsOfBroker(brokerId)) {
    if (!concerns(at)) continue;
    const { topicId, partitionIndex, partition } = at;
    const isr = partition.isr.filter((id) => id !== brokerId);
    const record = partitionChange(
      partition,
      { topicId, partitionIndex, isr },
      rules.changeRules(topicId, partition, { except: brokerId }),
    );
    records.add(topicId, record);
  }
  return records.inOrder();
}

function recordsWithoutData(view: MetadataView, brokerId: number): NewRecord[] {
  const rules = new TopicRuleBook(view);
  const records = new RecordsByTopic();
  for (const { topicId, partitionIndex, partition } of view.partitionsOfBroker(brokerId)) {
    if (!partition.isr.includes(brokerId) && !partition.elr.includes(brokerId)) continue;
    const isr = partition.isr.filter((id) => id !== brokerId);
    const record = partitionChange(
      partition,
      { topicId, partitionIndex, isr, uncleanShutdown: [brokerId] },
      rules.changeRules(topicId, partition, { except: brokerId }),
    );
    records.add(topicId, record);
  }
  return records.inOrder();
}
