/** CreatePartitions (KIP-195): grows topics, with replicas that the client chose or that are placed here. */

import { ErrorCode } from "../base/error-code.ts";
import type { Prng } from "../base/prng.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { answerOnly, clipMessage, type Decision } from "./decision.ts";
import { hashOrder, partitionOrder, stringHashCode } from "./hash-order.ts";
import { HashedMap } from "./hashed-map.ts";
import type { MetadataView, TopicState } from "./metadata-view.ts";
import type { MutationQuota } from "./mutation-quota.ts";
import { type IsLeaving, placeReplicas } from "./placement.ts";
import { assignmentProblem, initialIsr, newPartitionRecord } from "./replica-assignment.ts";
import type { TopicRights } from "./topic-rights.ts";

type Request = RequestOf<"createPartitions">;
type AskedTopic = Request["topics"][number];
type Assignments = NonNullable<AskedTopic["assignments"]>;
type Response = ResponseInit<"createPartitions">;
type Answer = NonNullable<Response["results"]>[number];

export interface CreatePartitionsContext {
  readonly prng: Prng;
  readonly rights: Pick<TopicRights, "mayAlter">;
  readonly isLeaving?: IsLeaving;
  /** Of the caller; without one it may add what it likes. */
  readonly quota?: MutationQuota;
}

/** Partitions that one request may add. */
const MAX_PER_REQUEST = 10_000;

interface Refusal {
  readonly errorCode: number;
  readonly message: string | null;
}

/**
 * Error codes for one topic: INVALID_REQUEST, UNKNOWN_TOPIC_OR_PARTITION, INVALID_PARTITIONS,
 * INVALID_REPLICA_ASSIGNMENT, INVALID_REPLICATION_FACTOR, THROTTLING_QUOTA_EXCEEDED,
 * TOPIC_AUTHORIZATION_FAILED; for all topics POLICY_VIOLATION.
 */
export function decideCreatePartitions(
  request: Request,
  view: MetadataView,
  context: CreatePartitionsContext,
): Decision<Response> {
  const { repeated, unique } = sortOut(request.topics);
  const { allowed = [], denied = [] } = Object.groupBy(unique, ({ name }) =>
    context.rights.mayAlter(name) ? "allowed" : "denied",
  );
  const results = [...repeated.map(duplicate), ...denied.map(unauthorized)];
  if (addedPartitions(view, allowed) > MAX_PER_REQUEST) return tooMany(request);
  const records: NewRecord[] = [];
  for (const topic of allowed) {
    const grown = grow(view, topic, context);
    if ("errorCode" in grown) {
      results.push({
        name: topic.name,
        errorCode: grown.errorCode,
        errorMessage: grown.message === null ? null : clipMessage(grown.message),
      });
    } else {
      records.push(...grown);
      results.push({ name: topic.name });
    }
  }
  return { records: request.validateOnly ? [] : records, atomic: true, response: { results } };
}

/** What is asked for once and the names that are given again, both in the order of Kafka's hash tables. */
function sortOut(topics: readonly AskedTopic[]): { repeated: string[]; unique: AskedTopic[] } {
  const byName = new HashedMap<AskedTopic>();
  const repeated = new Set<string>();
  for (const topic of topics) {
    if (byName.has(topic.name)) repeated.add(topic.name);
    byName.set(topic.name, topic);
  }
  const unique = byName.values().filter(({ name }) => !repeated.has(name));
  return { repeated: hashOrder(repeated, stringHashCode), unique };
}

function duplicate(name: string): Answer {
  return { name, errorCode: ErrorCode.INVALID_REQUEST, errorMessage: "Duplicate topic name." };
}

function unauthorized({ name }: AskedTopic): Answer {
  return { name, errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, errorMessage: null };
}

function addedPartitions(view: MetadataView, topics: readonly AskedTopic[]): number {
  let added = 0;
  for (const { name, count } of topics) {
    const topic = view.topicByName(name);
    if (topic !== null) added += Math.max(count - topic.partitionCount, 0);
  }
  return added;
}

function tooMany({ topics }: Request): Decision<Response> {
  const results = topics.map(({ name }) => ({
    name,
    errorCode: ErrorCode.POLICY_VIOLATION,
    errorMessage: "Excessively large number of additional partitions per request.",
  }));
  return answerOnly({ results });
}

/** The records of the topic's new partitions, in index order, or why there are none. */
function grow(
  view: MetadataView,
  asked: AskedTopic,
  context: CreatePartitionsContext,
): NewRecord[] | Refusal {
  const topic = view.topicByName(asked.name);
  if (topic === null) return { errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, message: null };
  const refusal = countRefusal(topic, asked);
  if (refusal !== null) return refusal;
  // Kafka takes the one that comes first in its hash table.
  const [first = 0] = partitionOrder(topic.partitionCount);
  const replicationFactor = view.partition(topic.topicId, first)?.replicas.length ?? 0;
  const added = asked.count - topic.partitionCount;
  if (context.quota?.accepts(added) === false) {
    return { errorCode: ErrorCode.THROTTLING_QUOTA_EXCEEDED, message: null };
  }
  const chosen =
    asked.assignments === null
      ? place(view, { partitions: added, replicationFactor }, context)
      : takeAssignments(view, asked.assignments, topic.partitionCount, replicationFactor);
  if ("errorCode" in chosen) return chosen;
  return chosen.map((replicas, position) =>
    newPartitionRecord(view, {
      topicId: topic.topicId,
      partitionIndex: topic.partitionCount + position,
      replicas,
      isr: initialIsr(view, replicas),
    }),
  );
}

function countRefusal(
  { name, partitionCount }: TopicState,
  { count, assignments }: AskedTopic,
): Refusal | null {
  const errorCode = ErrorCode.INVALID_PARTITIONS;
  if (count === partitionCount) {
    return { errorCode, message: `Topic already has ${partitionCount} partition(s).` };
  }
  if (count < partitionCount) {
    const message = `The topic ${name} currently has ${partitionCount} partition(s); ${count} would not be an increase.`;
    return { errorCode, message };
  }
  const added = count - partitionCount;
  if (assignments === null || assignments.length === added) return null;
  return {
    errorCode: ErrorCode.INVALID_REPLICA_ASSIGNMENT,
    message: `Attempted to add ${added} additional partition(s), but only ${assignments.length} assignment(s) were specified.`,
  };
}

type Chosen = readonly (readonly number[])[];

function takeAssignments(
  view: MetadataView,
  assignments: Assignments,
  firstIndex: number,
  replicationFactor: number,
): Chosen | Refusal {
  const errorCode = ErrorCode.INVALID_REPLICA_ASSIGNMENT;
  for (const [position, { brokerIds }] of assignments.entries()) {
    const message = assignmentProblem(view, brokerIds, replicationFactor);
    if (message !== null) return { errorCode, message };
    if (initialIsr(view, brokerIds).length === 0) {
      const index = firstIndex + position;
      return {
        errorCode,
        message: `All brokers specified in the manual partition assignment for partition ${index} are fenced or in controlled shutdown.`,
      };
    }
  }
  return assignments.map(({ brokerIds }) => brokerIds);
}

function place(
  view: MetadataView,
  wish: { readonly partitions: number; readonly replicationFactor: number },
  { prng, isLeaving }: CreatePartitionsContext,
): Chosen | Refusal {
  const errorCode = ErrorCode.INVALID_REPLICATION_FACTOR;
  const placement = placeReplicas(view, { ...wish, isLeaving }, prng);
  if (placement.kind === "refused") return { errorCode, message: placement.message };
  if (placement.replicas.every((replicas) => initialIsr(view, replicas).length > 0)) {
    return placement.replicas;
  }
  const { replicationFactor } = wish;
  const message = `Unable to replicate the partition ${replicationFactor} time(s): All brokers are currently fenced or in controlled shutdown.`;
  return { errorCode, message };
}
