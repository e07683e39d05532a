/** AssignReplicasToDirs (KIP-858): a broker says in which log directory each of its replicas really lies. */

import { ErrorCode } from "../base/error-code.ts";
import type { Uuid } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { recordsForLostReplicas } from "./broker-leadership.ts";
import { answerOnly, type Decision } from "./decision.ts";
import { isDirectoryOf } from "./leader-election.ts";
import { MetadataVersion } from "./metadata-version.ts";
import type { BrokerState, MetadataView, PartitionAt } from "./metadata-view.ts";
import { partitionAfter } from "./partition-after.ts";
import { partitionChange } from "./partition-change.ts";
import { TopicRuleBook } from "./topic-rules.ts";

/**
 * Error codes: UNSUPPORTED_VERSION, STALE_BROKER_EPOCH for the whole request; for a partition UNKNOWN_TOPIC_ID,
 * UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER (the broker has no replica of it).
 */
export function decideAssignReplicasToDirs(
  request: RequestOf<"assignReplicasToDirs">,
  view: MetadataView,
): Decision<ResponseInit<"assignReplicasToDirs">> {
  if (view.metadataVersion() < MetadataVersion.DIRECTORY_ASSIGNMENT) {
    return answerOnly({ errorCode: ErrorCode.UNSUPPORTED_VERSION });
  }
  const broker = view.broker(request.brokerId);
  if (broker === null || BigInt(broker.epoch) !== request.brokerEpoch) {
    return answerOnly({ errorCode: ErrorCode.STALE_BROKER_EPOCH });
  }
  const work: Assignment = {
    view,
    broker,
    rules: new TopicRuleBook(view),
    records: [],
    lost: new Map(),
  };
  const directories = request.directories.map(({ id, topics }) => ({
    id,
    topics: topics.map(({ topicId, partitions }) => ({
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: assign(work, id, topicId, partitionIndex),
      })),
    })),
  }));
  const moves = recordsForLostReplicas(view, broker.brokerId, [...work.lost.values()]);
  return {
    records: [...work.records, ...moves],
    atomic: false,
    response: { directories },
  };
}

interface Assignment {
  readonly view: MetadataView;
  readonly broker: BrokerState;
  readonly rules: TopicRuleBook;
  readonly records: NewRecord[];
  /** Replicas in a directory that is not online leave the ISR, after all assignments. */
  readonly lost: Map<string, PartitionAt>;
}

function assign(work: Assignment, dir: Uuid, topicId: Uuid, partitionIndex: number): number {
  const { view, broker, rules } = work;
  const { brokerId } = broker;
  if (view.topicById(topicId) === null) return ErrorCode.UNKNOWN_TOPIC_ID;
  const partition = view.partition(topicId, partitionIndex);
  if (partition === null) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
  if (!partition.replicas.includes(brokerId)) return ErrorCode.NOT_LEADER_OR_FOLLOWER;
  const directories = partition.directories.map((known, i) =>
    partition.replicas[i] === brokerId ? dir : known,
  );
  const record = partitionChange(
    partition,
    { topicId, partitionIndex, directories },
    { ...rules.changeRules(topicId, partition), mode: "online" },
  );
  if (record !== null) work.records.push(record);
  if (!isDirectoryOf(broker, dir)) {
    // What follows is decided on what this record leaves: it may have cleared the ELR, or completed a reassignment.
    const left = record === null ? partition : partitionAfter(partition, record.data);
    work.lost.set(`${topicId}-${partitionIndex}`, { topicId, partitionIndex, partition: left });
  }
  return ErrorCode.NONE;
}
