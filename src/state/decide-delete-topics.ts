/** DeleteTopics (KIP-4, KIP-516): by name, and from version 6 on by name or id. */

import { ErrorCode } from "../base/error-code.ts";
import { type Uuid, ZERO_UUID } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { answerOnly, type Decision, MAX_RECORDS_PER_USER_OP, TOO_LARGE } from "./decision.ts";
import type { MetadataView } from "./metadata-view.ts";
import type { MutationQuota } from "./mutation-quota.ts";
import type { TopicRights } from "./topic-rights.ts";

type Request = RequestOf<"deleteTopics">;
type Answer = NonNullable<ResponseInit<"deleteTopics">["responses"]>[number];

export interface DeleteTopicsContext {
  /** Of the request; from 6 on topics may be given by id. */
  readonly version: number;
  /** delete.topic.enable. */
  readonly enabled: boolean;
  readonly rights: Pick<TopicRights, "mayDescribe" | "mayDelete">;
  /** Of the caller; without one it may delete what it likes. */
  readonly quota?: MutationQuota;
}

const FIRST_VERSION_WITH_IDS = 6;
const FIRST_VERSION_WITH_DISABLED = 3;

/**
 * Error codes for one topic: INVALID_REQUEST, UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID,
 * THROTTLING_QUOTA_EXCEEDED, TOPIC_AUTHORIZATION_FAILED; for all topics POLICY_VIOLATION, TOPIC_DELETION_DISABLED. The
 * topic's configs and partitions go with its record.
 */
export function decideDeleteTopics(
  request: Request,
  view: MetadataView,
  { version, enabled, rights, quota }: DeleteTopicsContext,
): Decision<ResponseInit<"deleteTopics">> {
  const asked = version >= FIRST_VERSION_WITH_IDS ? request.topics : byName(request.topicNames);
  if (!enabled) return disabled(asked, version);
  const given = sortOut(asked);
  const { answers } = given;
  const deleted = choose(view, given, rights);
  if (deleted.size > MAX_RECORDS_PER_USER_OP) return tooMany([...deleted], answers);
  const records: NewRecord[] = [];
  for (const [topicId, name] of deleted) {
    const partitions = view.topicById(topicId)?.partitionCount ?? 0;
    if (quota?.accepts(partitions) === false) {
      answers.push(throttled(name, topicId));
    } else {
      records.push({ type: "removeTopic", version: 0, data: { topicId } });
      answers.push({ name, topicId });
    }
  }
  return { records, atomic: true, response: { responses: answers } };
}

/**
 * The topics that can be deleted, by id; what is said of the others is added to the answers. Who may not see a topic is
 * told the same of it as of one that is not there.
 */
function choose(
  view: MetadataView,
  { names, ids, answers }: GivenTopics,
  rights: DeleteTopicsContext["rights"],
): Map<Uuid, string> {
  const mayDelete = remembered(rights.mayDelete);
  const mayDescribe = remembered(rights.mayDescribe);
  const deleted = new Map<Uuid, string>();
  for (const topicId of ids.unique) {
    const topic = view.topicById(topicId);
    if (topic === null) answers.push(unknownId(topicId));
    else if (mayDelete(topic.name)) deleted.set(topicId, topic.name);
    else answers.push(unauthorized(mayDescribe(topic.name) ? topic.name : null, topicId));
  }
  for (const name of names.unique) {
    const topic = view.topicByName(name);
    if (!mayDescribe(name)) {
      answers.push(unauthorized(name, ZERO_UUID));
    } else if (topic === null) {
      answers.push(unknownName(name));
    } else if (!mayDelete(name)) {
      answers.push(unauthorized(name, ZERO_UUID));
    } else if (deleted.has(topic.topicId) || ids.repeated.has(topic.topicId)) {
      deleted.delete(topic.topicId);
      ids.repeated.add(topic.topicId);
      const message = "The provided topic name maps to an ID that was already supplied.";
      answers.push(invalid(name, topic.topicId, message));
    } else {
      deleted.set(topic.topicId, name);
    }
  }
  return deleted;
}

/** Asks once for each name, whether it is given by name, by id or both. */
function remembered(may: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const answer = known.get(name) ?? may(name);
    known.set(name, answer);
    return answer;
  };
}

function disabled(
  asked: readonly Asked[],
  version: number,
): Decision<ResponseInit<"deleteTopics">> {
  const errorCode =
    version < FIRST_VERSION_WITH_DISABLED
      ? ErrorCode.INVALID_REQUEST
      : ErrorCode.TOPIC_DELETION_DISABLED;
  return answerOnly({ responses: asked.map((topic) => ({ ...topic, errorCode })) });
}

interface Asked {
  readonly name: string | null;
  readonly topicId: Uuid;
}

function byName(names: readonly string[]): Asked[] {
  return names.map((name) => ({ name, topicId: ZERO_UUID }));
}

interface Given<T> {
  readonly unique: Set<T>;
  readonly repeated: Set<T>;
}

interface GivenTopics {
  readonly names: Given<string>;
  readonly ids: Given<Uuid>;
  readonly answers: Answer[];
}

/** Parts names from ids, what is given once from what is given again, and answers what is neither or both. */
function sortOut(asked: readonly Asked[]): GivenTopics {
  const names: Given<string> = { unique: new Set(), repeated: new Set() };
  const ids: Given<Uuid> = { unique: new Set(), repeated: new Set() };
  const answers: Answer[] = [];
  for (const { name, topicId } of asked) {
    if (name === null && topicId === ZERO_UUID) {
      answers.push(invalid(name, topicId, "Neither topic name nor id were specified."));
    } else if (name === null) {
      add(ids, topicId);
    } else if (topicId === ZERO_UUID) {
      add(names, name);
    } else {
      answers.push(invalid(name, topicId, "You may not specify both topic name and topic id."));
    }
  }
  for (const name of names.repeated) {
    answers.push(invalid(name, ZERO_UUID, "Duplicate topic name."));
  }
  for (const topicId of ids.repeated) {
    answers.push(invalid(null, topicId, "Duplicate topic id."));
  }
  return { names, ids, answers };
}

function add<T>({ unique, repeated }: Given<T>, item: T): void {
  if (unique.delete(item)) repeated.add(item);
  else if (!repeated.has(item)) unique.add(item);
}

function invalid(name: string | null, topicId: Uuid, errorMessage: string): Answer {
  return { name, topicId, errorCode: ErrorCode.INVALID_REQUEST, errorMessage };
}

function unauthorized(name: string | null, topicId: Uuid): Answer {
  return {
    name,
    topicId,
    errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED,
    errorMessage: "Topic authorization failed.",
  };
}

function unknownName(name: string): Answer {
  return {
    name,
    errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    errorMessage: "This server does not host this topic-partition.",
  };
}

function unknownId(topicId: Uuid): Answer {
  return {
    name: null,
    topicId,
    errorCode: ErrorCode.UNKNOWN_TOPIC_ID,
    errorMessage: "This server does not host this topic ID.",
  };
}

function throttled(name: string, topicId: Uuid): Answer {
  const errorCode = ErrorCode.THROTTLING_QUOTA_EXCEEDED;
  return { name, topicId, errorCode, errorMessage: null };
}

function tooMany(
  topics: readonly (readonly [Uuid, string])[],
  answers: readonly Answer[],
): Decision<ResponseInit<"deleteTopics">> {
  const responses = topics.map(([topicId, name]) => ({
    name,
    topicId,
    errorCode: ErrorCode.POLICY_VIOLATION,
    errorMessage: TOO_LARGE,
  }));
  return answerOnly({ responses: [...answers, ...responses] });
}
