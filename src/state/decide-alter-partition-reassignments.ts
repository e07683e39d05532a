/** AlterPartitionReassignments (KIP-455, KIP-860): moves partitions to other replicas, or takes such a move back. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { answerOnly, clipMessage, type Decision, MAX_RECORDS_PER_USER_OP } from "./decision.ts";
import type { MetadataView, PartitionState, TopicState } from "./metadata-view.ts";
import { type PartitionChange, partitionChange } from "./partition-change.ts";
import { isReassigning, reassignmentRevert, reassignmentTo } from "./partition-reassignment.ts";
import { assignmentProblem, defaultDirectory } from "./replica-assignment.ts";
import { TopicRuleBook } from "./topic-rules.ts";

type Request = RequestOf<"alterPartitionReassignments">;
type AskedPartition = Request["topics"][number]["partitions"][number];

/** Why a partition stays as it is. */
interface Refusal {
  readonly errorCode: number;
  /** Null where it would only say what the code means. */
  readonly errorMessage: string | null;
}

/**
 * Error codes, all for one partition: UNKNOWN_TOPIC_OR_PARTITION, INVALID_REPLICA_ASSIGNMENT,
 * INVALID_REPLICATION_FACTOR (with `allowReplicationFactorChange` false), NO_REASSIGNMENT_IN_PROGRESS, and
 * UNKNOWN_SERVER_ERROR for those beyond 10,000 changes. What is not refused is done at once, as a whole.
 */
export function decideAlterPartitionReassignments(
  request: Request,
  view: MetadataView,
): Decision<ResponseInit<"alterPartitionReassignments">> {
  if (request.topics.length === 0) return answerOnly({});
  const work: Alteration = {
    view,
    rules: new TopicRuleBook(view),
    mayChangeFactor: request.allowReplicationFactorChange,
    records: [],
    places: new Map(),
  };
  const responses = request.topics.map(({ name, partitions }) => {
    const topic = view.topicByName(name);
    return {
      name,
      partitions: partitions.map((asked) => ({
        partitionIndex: asked.partitionIndex,
        ...alter(work, name, topic, asked),
      })),
    };
  });
  return {
    records: work.records,
    atomic: true,
    response: {
      allowReplicationFactorChange: request.allowReplicationFactorChange,
      errorMessage: null,
      responses,
    },
  };
}

interface Alteration {
  readonly view: MetadataView;
  readonly rules: TopicRuleBook;
  readonly mayChangeFactor: boolean;
  readonly records: NewRecord[];
  /** How many directories each partition has after the records for it. */
  readonly places: Map<string, number>;
}

const DONE = { errorCode: ErrorCode.NONE, errorMessage: null };

function alter(
  work: Alteration,
  name: string,
  topic: TopicState | null,
  { partitionIndex, replicas }: AskedPartition,
): Refusal | typeof DONE {
  if (topic === null) return unknown(`Unable to find a topic named ${name}.`);
  const partition = work.view.partition(topic.topicId, partitionIndex);
  if (partition === null) return unknown(`Unable to find partition ${name}:${partitionIndex}.`);
  const change =
    replicas === null
      ? cancel(work, topic, partitionIndex, partition)
      : start(work, topic, partitionIndex, partition, replicas);
  if (change === null) return DONE;
  if ("errorCode" in change) return change;
  if (work.records.length === MAX_RECORDS_PER_USER_OP) {
    return { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, errorMessage: null };
  }
  work.records.push(withPlaces(work, change, partition));
  return DONE;
}

/**
 * A partition that is named twice is decided on twice as it was before the request. The later record then has to name the
 * directories too, if those of the earlier one are not as many as its replicas.
 */
function withPlaces(
  { places }: Alteration,
  record: PartitionChange,
  partition: PartitionState,
): NewRecord {
  const { data } = record;
  const key = `${data.topicId}-${data.partitionId}`;
  const count = data.directories?.length ?? places.get(key) ?? partition.directories.length;
  places.set(key, count);
  if (!data.replicas || data.replicas.length === count) return record;
  places.set(key, partition.directories.length);
  return { ...record, data: { ...data, directories: partition.directories } };
}

function start(
  { view, rules, mayChangeFactor }: Alteration,
  { topicId }: TopicState,
  partitionIndex: number,
  partition: PartitionState,
  wanted: readonly number[],
): PartitionChange | Refusal | null {
  const problem = assignmentProblem(view, wanted, null);
  if (problem !== null) {
    return { errorCode: ErrorCode.INVALID_REPLICA_ASSIGNMENT, errorMessage: problem };
  }
  const factor = factorAfterReassignment(partition);
  if (!mayChangeFactor && factor !== wanted.length) {
    return {
      errorCode: ErrorCode.INVALID_REPLICATION_FACTOR,
      errorMessage: `The replication factor is changed from ${factor} to ${wanted.length}`,
    };
  }
  return partitionChange(
    partition,
    {
      topicId,
      partitionIndex,
      ...reassignmentTo(partition, wanted),
      directoryOf: (replica) => defaultDirectory(view, replica),
    },
    // A move alone never costs records.
    { ...rules.changeRules(topicId, partition), mode: "online" },
  );
}

/** How many replicas the partition has once it is not being reassigned any more. */
function factorAfterReassignment(partition: PartitionState): number {
  const replicas = new Set([...partition.replicas, ...partition.addingReplicas]);
  for (const replica of partition.removingReplicas) replicas.delete(replica);
  return replicas.size;
}

function cancel(
  { rules }: Alteration,
  { topicId, name }: TopicState,
  partitionIndex: number,
  partition: PartitionState,
): PartitionChange | Refusal | null {
  if (!isReassigning(partition)) {
    return { errorCode: ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, errorMessage: null };
  }
  const errorCode = ErrorCode.INVALID_REPLICA_ASSIGNMENT;
  const revert = reassignmentRevert(partition);
  if (revert === null) {
    const errorMessage = "Invalid replica assignment: addingReplicas contains all replicas.";
    return { errorCode, errorMessage };
  }
  const changeRules = rules.changeRules(topicId, partition);
  if (revert.unclean && changeRules.mode !== "unclean") {
    const errorMessage = `Unable to revert partition assignment for ${name}:${partitionIndex} because it would require an unclean leader election.`;
    return { errorCode, errorMessage };
  }
  return partitionChange(partition, { topicId, partitionIndex, ...revert.target }, changeRules);
}

function unknown(message: string): Refusal {
  return {
    errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    errorMessage: clipMessage(message),
  };
}
