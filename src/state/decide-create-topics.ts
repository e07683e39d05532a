/** CreateTopics (KIP-4): checks every topic of a request, places its replicas and answers with its configs. */

import { ErrorCode } from "../base/error-code.ts";
import { METADATA_TOPIC } from "../base/metadata-topic.ts";
import type { Prng } from "../base/prng.ts";
import { orderedUuid, type Uuid } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { clearElrRecords, configRecord } from "./config-records.ts";
import { newTopicConfigProblem } from "./config-validation.ts";
import { answerOnly, clipMessage, type Decision, TOO_LARGE } from "./decision.ts";
import { effectiveTopicConfigs } from "./effective-config.ts";
import { hashOrder, stringHashCode } from "./hash-order.ts";
import { HashedMap } from "./hashed-map.ts";
import { ConfigResource, type MetadataView } from "./metadata-view.ts";
import type { MutationQuota } from "./mutation-quota.ts";
import { type IsLeaving, placeReplicas } from "./placement.ts";
import { assignmentProblem, initialIsr, newPartitionRecord } from "./replica-assignment.ts";
import { canCollide, collisionForm, topicNameProblem } from "./topic-name.ts";
import type { TopicRights } from "./topic-rights.ts";

type Request = RequestOf<"createTopics">;
type AskedTopic = Request["topics"][number];
type Answer = NonNullable<ResponseInit<"createTopics">["topics"]>[number];

export interface CreateTopicsContext {
  readonly prng: Prng;
  /** Of the request; from 5 on the answer has the configs. */
  readonly version: number;
  /** num.partitions and default.replication.factor: what -1 in a request stands for. */
  readonly defaults: { readonly partitions: number; readonly replicationFactor: number };
  readonly rights: Pick<TopicRights, "mayCreate" | "mayDescribeConfigs">;
  readonly isLeaving?: IsLeaving;
  /** Of the caller; without one it may create what it likes. */
  readonly quota?: MutationQuota;
}

/** Partitions, and records, that one request may come to. */
const MAX_PER_REQUEST = 10_000;
const USE_DEFAULT = -1;
const FIRST_VERSION_WITH_CONFIGS = 5;

/**
 * Error codes, all for one topic: INVALID_REQUEST, INVALID_TOPIC_EXCEPTION, TOPIC_ALREADY_EXISTS, INVALID_CONFIG,
 * INVALID_REPLICA_ASSIGNMENT, INVALID_REPLICATION_FACTOR, INVALID_PARTITIONS, THROTTLING_QUOTA_EXCEEDED,
 * TOPIC_AUTHORIZATION_FAILED; for all topics POLICY_VIOLATION.
 */
export function decideCreateTopics(
  request: Request,
  view: MetadataView,
  context: CreateTopicsContext,
): Decision<ResponseInit<"createTopics">> {
  const { wanted, answers } = withoutForbidden(request.topics, context.rights);
  if (countPartitions(wanted, context) > MAX_PER_REQUEST) {
    return answerOnly(
      refusedAltogether(request, "Excessively large number of partitions per request."),
    );
  }
  const creation: Creation = { view, context, records: [], forms: new Map() };
  const created = wanted.map((topic) => create(creation, topic));
  if (creation.records.length > MAX_PER_REQUEST) {
    return answerOnly(refusedAltogether(request, TOO_LARGE));
  }
  return {
    records: request.validateOnly ? [] : creation.records,
    atomic: true,
    response: { topics: [...created, ...answers] },
  };
}

/** Parts the topics that may be asked for from those that may not: named twice, the metadata itself, or not allowed. */
function withoutForbidden(
  topics: readonly AskedTopic[],
  rights: CreateTopicsContext["rights"],
): { wanted: AskedTopic[]; answers: Answer[] } {
  const [only] = topics;
  if (topics.length === 1 && only !== undefined) {
    const refusal = prohibition(only.name, rights);
    return refusal === null ? { wanted: [only], answers: [] } : { wanted: [], answers: [refusal] };
  }
  const names = new Set<string>();
  const repeated = new Set<string>();
  for (const { name } of topics) {
    if (names.has(name)) repeated.add(name);
    names.add(name);
  }
  const answers = hashOrder(repeated, stringHashCode).map((name) =>
    refused(name, ErrorCode.INVALID_REQUEST, "Duplicate topic name."),
  );
  const allowed = new Set<string>();
  for (const name of hashOrder(names, stringHashCode)) {
    if (repeated.has(name)) continue;
    const refusal = prohibition(name, rights);
    if (refusal === null) allowed.add(name);
    else answers.push(refusal);
  }
  return { wanted: topics.filter(({ name }) => allowed.has(name)), answers };
}

/** The answer for a topic that must not be asked for, or null. */
function prohibition(name: string, rights: CreateTopicsContext["rights"]): Answer | null {
  if (name === METADATA_TOPIC) {
    const message = `Creation of internal topic ${METADATA_TOPIC} is prohibited.`;
    return refused(name, ErrorCode.INVALID_REQUEST, message);
  }
  if (rights.mayCreate(name)) return null;
  return refused(name, ErrorCode.TOPIC_AUTHORIZATION_FAILED, "Authorization failed.");
}

function countPartitions(topics: readonly AskedTopic[], { defaults }: CreateTopicsContext): number {
  let count = 0;
  for (const { assignments, numPartitions } of topics) {
    if (assignments.length > 0) count += assignments.length;
    else count += numPartitions === USE_DEFAULT ? defaults.partitions : Math.max(numPartitions, 0);
  }
  return count;
}

function refusedAltogether(request: Request, message: string): ResponseInit<"createTopics"> {
  return {
    topics: request.topics.map(({ name }) => refused(name, ErrorCode.POLICY_VIOLATION, message)),
  };
}

function refused(name: string, errorCode: number, errorMessage: string): Answer {
  return { name, errorCode, errorMessage: clipMessage(errorMessage), configs: [] };
}

function throttled(name: string): Answer {
  const errorCode = ErrorCode.THROTTLING_QUOTA_EXCEEDED;
  return { name, errorCode, errorMessage: null, configs: [] };
}

interface Creation {
  readonly view: MetadataView;
  readonly context: CreateTopicsContext;
  readonly records: NewRecord[];
  /** The names that this request creates, by the form in which they would collide. */
  readonly forms: Map<string, string>;
}

interface Refusal {
  readonly errorCode: number;
  readonly message: string;
}

function create(creation: Creation, topic: AskedTopic): Answer {
  const { view, context, records, forms } = creation;
  const { name } = topic;
  const refusal = nameRefusal(creation, name) ?? configRefusal(view, topic);
  if (refusal !== null) return refused(name, refusal.errorCode, refusal.message);
  const placed =
    topic.assignments.length > 0 ? takeAssignments(view, topic) : place(view, topic, context);
  if ("errorCode" in placed) return refused(name, placed.errorCode, placed.message);
  if (context.quota?.accepts(placed.length) === false) return throttled(name);
  const topicId = orderedUuid(view.offset + 1 + records.length, context.prng);
  records.push(...recordsOf(view, topic, topicId, placed));
  if (canCollide(name)) forms.set(collisionForm(name), name);
  if (!context.rights.mayDescribeConfigs(name)) {
    const topicConfigErrorCode = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
    return { name, topicId, errorMessage: null, topicConfigErrorCode, configs: [] };
  }
  const overrides = overridesOf(topic.configs);
  return {
    name,
    topicId,
    errorMessage: null,
    numPartitions: placed.length,
    replicationFactor: placed[0]?.replicas.length ?? USE_DEFAULT,
    configs:
      context.version < FIRST_VERSION_WITH_CONFIGS ? [] : effectiveTopicConfigs(view, overrides),
  };
}

function nameRefusal({ view, forms }: Creation, name: string): Refusal | null {
  const problem = topicNameProblem(name);
  if (problem !== null) {
    return { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, message: problem };
  }
  if (canCollide(name)) {
    const colliding = forms.get(collisionForm(name)) ?? view.topicWithCollidingName(name)?.name;
    if (colliding !== undefined) {
      const message = `Topic '${name}' collides with existing topic: ${colliding}`;
      return { errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, message };
    }
  }
  if (view.topicByName(name) === null) return null;
  return {
    errorCode: ErrorCode.TOPIC_ALREADY_EXISTS,
    message: `Topic '${name}' already exists.`,
  };
}

function configRefusal(view: MetadataView, { configs }: AskedTopic): Refusal | null {
  const nulls = configs.filter(({ value }) => value === null).map(({ name }) => name);
  if (nulls.length > 0) {
    const message = `Null value not supported for topic configs: ${nulls.join(",")}`;
    return { errorCode: ErrorCode.INVALID_CONFIG, message };
  }
  const message = newTopicConfigProblem(view, overridesOf(configs));
  return message === null ? null : { errorCode: ErrorCode.INVALID_CONFIG, message };
}

const NO_OVERRIDES: ReadonlyMap<string, string> = new Map();

/** Of a config that is named twice the last value counts; they are in the order of Kafka's hash table. */
function overridesOf(configs: AskedTopic["configs"]): ReadonlyMap<string, string> {
  if (configs.length === 0) return NO_OVERRIDES;
  const values = new HashedMap<string>();
  for (const { name, value } of configs) values.set(name, value ?? "");
  return new Map(values.entries());
}

interface Placed {
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** The replicas that the client chose, in partition order. */
function takeAssignments(view: MetadataView, topic: AskedTopic): Placed[] | Refusal {
  if (topic.replicationFactor !== USE_DEFAULT) {
    return {
      errorCode: ErrorCode.INVALID_REQUEST,
      message:
        "A manual partition assignment was specified, but replication factor was not set to -1.",
    };
  }
  if (topic.numPartitions !== USE_DEFAULT) {
    return {
      errorCode: ErrorCode.INVALID_REQUEST,
      message: "A manual partition assignment was specified, but numPartitions was not set to -1.",
    };
  }
  const errorCode = ErrorCode.INVALID_REPLICA_ASSIGNMENT;
  const byIndex = new Map<number, Placed>();
  let size: number | null = null;
  for (const { partitionIndex, brokerIds } of topic.assignments) {
    if (byIndex.has(partitionIndex)) {
      const message = `Found multiple manual partition assignments for partition ${partitionIndex}`;
      return { errorCode, message };
    }
    const problem = assignmentProblem(view, brokerIds, size);
    if (problem !== null) return { errorCode, message: problem };
    size = brokerIds.length;
    const isr = initialIsr(view, brokerIds);
    if (isr.length === 0) {
      const message = `All brokers specified in the manual partition assignment for partition ${partitionIndex} are fenced or in controlled shutdown.`;
      return { errorCode, message };
    }
    byIndex.set(partitionIndex, { replicas: brokerIds, isr });
  }
  const inOrder = [...byIndex].sort(([a], [b]) => a - b);
  if (inOrder.some(([partitionIndex], position) => partitionIndex !== position)) {
    return { errorCode, message: "partitions should be a consecutive 0-based integer sequence" };
  }
  return inOrder.map(([, placed]) => placed);
}

function place(
  view: MetadataView,
  topic: AskedTopic,
  { prng, defaults, isLeaving }: CreateTopicsContext,
): Placed[] | Refusal {
  if (topic.replicationFactor < USE_DEFAULT || topic.replicationFactor === 0) {
    return {
      errorCode: ErrorCode.INVALID_REPLICATION_FACTOR,
      message: "Replication factor must be larger than 0, or -1 to use the default value.",
    };
  }
  if (topic.numPartitions < USE_DEFAULT || topic.numPartitions === 0) {
    return {
      errorCode: ErrorCode.INVALID_PARTITIONS,
      message: "Number of partitions was set to an invalid non-positive value.",
    };
  }
  const partitions =
    topic.numPartitions === USE_DEFAULT ? defaults.partitions : topic.numPartitions;
  const replicationFactor =
    topic.replicationFactor === USE_DEFAULT ? defaults.replicationFactor : topic.replicationFactor;
  const placement = placeReplicas(view, { partitions, replicationFactor, isLeaving }, prng);
  if (placement.kind === "refused") {
    return {
      errorCode: ErrorCode.INVALID_REPLICATION_FACTOR,
      message: `Unable to replicate the partition ${replicationFactor} time(s): ${placement.message}`,
    };
  }
  const placed = placement.replicas.map((replicas) => ({
    replicas,
    isr: initialIsr(view, replicas),
  }));
  if (placed.every(({ isr }) => isr.length > 0)) return placed;
  return {
    errorCode: ErrorCode.INVALID_REPLICATION_FACTOR,
    message: `Unable to replicate the partition ${replicationFactor} time(s): All brokers are currently fenced or in controlled shutdown.`,
  };
}

/** The topic, its configs in the order of Kafka's hash table, its partitions in index order. */
function recordsOf(
  view: MetadataView,
  { name, configs }: AskedTopic,
  topicId: Uuid,
  partitions: readonly Placed[],
): NewRecord[] {
  const resource = { resourceType: ConfigResource.TOPIC, resourceName: name };
  const configured = [...overridesOf(configs)].map((config) => configRecord(resource, ...config));
  return [
    { type: "topic", version: 0, data: { name, topicId } },
    ...configured,
    ...clearElrRecords(view, configured),
    ...partitions.map(({ replicas, isr }, partitionIndex) =>
      newPartitionRecord(view, { topicId, partitionIndex, replicas, isr }),
    ),
  ];
}
