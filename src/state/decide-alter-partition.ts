/** AlterPartition (KIP-497, KIP-903): a leader asks for a new ISR of the partitions it leads. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { answerOnly, type Decision } from "./decision.ts";
import type { MetadataView, PartitionState } from "./metadata-view.ts";
import { partitionAfter } from "./partition-after.ts";
import { partitionChange } from "./partition-change.ts";
import { TopicRuleBook } from "./topic-rules.ts";

type Request = RequestOf<"alterPartition">;
type AskedTopic = Request["topics"][number];
type AskedPartition = AskedTopic["partitions"][number];
type Answers = NonNullable<ResponseInit<"alterPartition">["topics"]>;
type Answer = NonNullable<Answers[number]["partitions"]>[number];

const RECOVERED = 0;
const RECOVERING = 1;
/** A broker epoch that the sender does not know. */
const UNCHECKED_EPOCH = -1n;

export interface AlterPartitionContext {
  readonly version: number;
}

/**
 * Error codes: STALE_BROKER_EPOCH for the whole request; for a partition UNKNOWN_TOPIC_ID,
 * UNKNOWN_TOPIC_OR_PARTITION, NOT_CONTROLLER (the sender knows a newer state), FENCED_LEADER_EPOCH, INVALID_REQUEST,
 * INVALID_UPDATE_VERSION, INELIGIBLE_REPLICA, NEW_LEADER_ELECTED (done, and the sender does not lead any more).
 */
export function decideAlterPartition(
  request: Request,
  view: MetadataView,
  { version }: AlterPartitionContext,
): Decision<ResponseInit<"alterPartition">> {
  if (request.topics.length === 0) return answerOnly({});
  const broker = view.broker(request.brokerId);
  if (broker === null || BigInt(broker.epoch) !== request.brokerEpoch) {
    return answerOnly({ errorCode: ErrorCode.STALE_BROKER_EPOCH });
  }
  const records: NewRecord[] = [];
  const rules = new TopicRuleBook(view);
  const topics = request.topics.map((topic) => ({
    topicId: topic.topicId,
    partitions: topic.partitions.map((asked) =>
      alter({ view, rules, records, version, brokerId: request.brokerId }, topic, asked),
    ),
  }));
  return { records, atomic: false, response: { topics } };
}

interface Alteration {
  readonly view: MetadataView;
  readonly rules: TopicRuleBook;
  readonly records: NewRecord[];
  readonly version: number;
  readonly brokerId: number;
}

function alter(work: Alteration, { topicId }: AskedTopic, asked: AskedPartition): Answer {
  const { view, version, brokerId } = work;
  const { partitionIndex } = asked;
  if (view.topicById(topicId) === null) {
    return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_ID };
  }
  const partition = view.partition(topicId, partitionIndex);
  if (partition === null) {
    return { partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION };
  }
  const members = membersOf(asked, version);
  const errorCode = refusal(view, partition, brokerId, asked, members);
  if (errorCode !== ErrorCode.NONE) return { partitionIndex, errorCode };
  const record = partitionChange(
    partition,
    {
      topicId,
      partitionIndex,
      isr: members.map((member) => member.brokerId),
      leaderRecoveryState: asked.leaderRecoveryState,
    },
    work.rules.changeRules(topicId, partition),
  );
  if (record === null) return answer(partitionIndex, partition);
  work.records.push(record);
  const { leader } = record.data;
  if (leader !== undefined && leader !== brokerId) {
    return { partitionIndex, errorCode: ErrorCode.NEW_LEADER_ELECTED };
  }
  return answer(partitionIndex, partitionAfter(partition, record.data));
}

function answer(partitionIndex: number, partition: PartitionState): Answer {
  const { leader: leaderId, leaderEpoch, isr, leaderRecoveryState, partitionEpoch } = partition;
  return {
    partitionIndex,
    errorCode: ErrorCode.NONE,
    leaderId,
    leaderEpoch,
    isr,
    leaderRecoveryState,
    partitionEpoch,
  };
}

interface Member {
  readonly brokerId: number;
  readonly brokerEpoch: bigint;
}

/** Before version 3 the ISR comes without the epochs of its members. */
function membersOf(asked: AskedPartition, version: number): readonly Member[] {
  if (version >= 3) return asked.newIsrWithEpochs;
  return asked.newIsr.map((brokerId) => ({ brokerId, brokerEpoch: UNCHECKED_EPOCH }));
}

function refusal(
  view: MetadataView,
  partition: PartitionState,
  brokerId: number,
  asked: AskedPartition,
  members: readonly Member[],
): number {
  const { leaderEpoch, partitionEpoch } = asked;
  if (leaderEpoch > partition.leaderEpoch || partitionEpoch > partition.partitionEpoch) {
    return ErrorCode.NOT_CONTROLLER;
  }
  if (leaderEpoch < partition.leaderEpoch) return ErrorCode.FENCED_LEADER_EPOCH;
  if (brokerId !== partition.leader) return ErrorCode.INVALID_REQUEST;
  if (partitionEpoch < partition.partitionEpoch) return ErrorCode.INVALID_UPDATE_VERSION;
  if (!isPossibleIsr(partition, asked, members)) return ErrorCode.INVALID_REQUEST;
  return members.every((member) => isEligible(view, member))
    ? ErrorCode.NONE
    : ErrorCode.INELIGIBLE_REPLICA;
}

function isPossibleIsr(
  { replicas, leader, leaderRecoveryState }: PartitionState,
  asked: AskedPartition,
  members: readonly Member[],
): boolean {
  const isr = members.map(({ brokerId }) => brokerId);
  if (new Set(isr).size !== isr.length || !isr.includes(leader)) return false;
  if (!isr.every((id) => replicas.includes(id))) return false;
  if (asked.leaderRecoveryState === RECOVERED) return true;
  // Recovering: the leader alone, and only while it still is.
  return (
    asked.leaderRecoveryState === RECOVERING &&
    leaderRecoveryState === RECOVERING &&
    isr.length === 1
  );
}

/** May join an ISR: registered in the life that the leader knows, not fenced and not about to go (KIP-841). */
function isEligible(view: MetadataView, { brokerId, brokerEpoch }: Member): boolean {
  const broker = view.broker(brokerId);
  if (broker === null || broker.fenced || broker.inControlledShutdown) return false;
  return brokerEpoch === UNCHECKED_EPOCH || brokerEpoch === BigInt(broker.epoch);
}
