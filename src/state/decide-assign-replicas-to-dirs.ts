/** AssignReplicasToDirs (KIP-858): a broker says in which log directory each of its replicas really lies. */

import { ErrorCode } from "../base/error-code.ts";
import type { Uuid } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import type { Decision } from "./decision.ts";
import { isDirectoryOnline } from "./leader-election.ts";
import type { BrokerState, MetadataView } from "./metadata-view.ts";
import { partitionChange } from "./partition-change.ts";
import { TopicRuleBook } from "./topic-rules.ts";

/**
 * Error codes: STALE_BROKER_EPOCH for the whole request; for a partition UNKNOWN_TOPIC_ID,
 * UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER (the broker has no replica of it).
 */
export function decideAssignReplicasToDirs(
  request: RequestOf<"assignReplicasToDirs">,
  view: MetadataView,
): Decision<ResponseInit<"assignReplicasToDirs">> {
  const broker = view.broker(request.brokerId);
  if (broker === null || BigInt(broker.epoch) !== request.brokerEpoch) {
    const response = { errorCode: ErrorCode.STALE_BROKER_EPOCH };
    return { records: [], atomic: true, response };
  }
  const work: Assignment = { view, broker, rules: new TopicRuleBook(view), records: [], moves: [] };
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
  // Replicas in a directory that is not online leave the ISR, after all assignments.
  return {
    records: [...work.records, ...work.moves],
    atomic: false,
    response: { directories },
  };
}

interface Assignment {
  readonly view: MetadataView;
  readonly broker: BrokerState;
  readonly rules: TopicRuleBook;
  readonly records: NewRecord[];
  readonly moves: NewRecord[];
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
  const target = { topicId, partitionIndex };
  const assigned = { ...partition, directories };
  const isOnline = isDirectoryOnline(view, assigned, brokerId);
  const record = partitionChange(
    partition,
    { ...target, directories },
    // A leader in a failed directory is replaced by the second record, with the ISR.
    rules.changeRules(topicId, isOnline ? assigned : partition),
  );
  if (record !== null) work.records.push(record);
  if (!isOnline && partition.isr.includes(brokerId)) {
    const isr = partition.isr.filter((id) => id !== brokerId);
    const move = partitionChange(
      assigned,
      { ...target, isr },
      rules.changeRules(topicId, assigned, { except: brokerId }),
    );
    if (move !== null) work.moves.push(move);
  }
  return ErrorCode.NONE;
}
