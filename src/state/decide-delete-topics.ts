/** DeleteTopics (KIP-4, KIP-516): by name, and from version 6 on by name or id. */

import { ErrorCode } from "../base/error-code.ts";
import { type Uuid, ZERO_UUID } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { answerOnly, type Decision } from "./decision.ts";
import type { MetadataView } from "./metadata-view.ts";

type Request = RequestOf<"deleteTopics">;
type Answer = NonNullable<ResponseInit<"deleteTopics">["responses"]>[number];

export interface DeleteTopicsContext {
  /** Of the request; from 6 on topics may be given by id. */
  readonly version: number;
}

const FIRST_VERSION_WITH_IDS = 6;
const MAX_RECORDS = 10_000;

/**
 * Error codes for one topic: INVALID_REQUEST, UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID; for all topics
 * POLICY_VIOLATION. The topic's configs and partitions go with its record.
 */
export function decideDeleteTopics(
  request: Request,
  view: MetadataView,
  { version }: DeleteTopicsContext,
): Decision<ResponseInit<"deleteTopics">> {
  const asked = version >= FIRST_VERSION_WITH_IDS ? request.topics : byName(request.topicNames);
  const { names, ids, answers } = sortOut(asked);
  const deleted = new Map<Uuid, string>();
  for (const topicId of ids.unique) {
    const topic = view.topicById(topicId);
    if (topic === null) answers.push(unknownId(topicId));
    else deleted.set(topicId, topic.name);
  }
  for (const name of names.unique) {
    const topic = view.topicByName(name);
    if (topic === null) {
      answers.push(unknownName(name));
    } else if (deleted.has(topic.topicId) || ids.repeated.has(topic.topicId)) {
      deleted.delete(topic.topicId);
      ids.repeated.add(topic.topicId);
      const message = "The provided topic name maps to an ID that was already supplied.";
      answers.push(invalid(name, topic.topicId, message));
    } else {
      deleted.set(topic.topicId, name);
    }
  }
  if (deleted.size > MAX_RECORDS) return tooMany([...deleted], answers);
  const records = [...deleted.keys()].map(
    (topicId): NewRecord => ({ type: "removeTopic", version: 0, data: { topicId } }),
  );
  for (const [topicId, name] of deleted) answers.push({ name, topicId });
  return { records, atomic: true, response: { responses: answers } };
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

/** Parts names from ids, what is given once from what is given again, and answers what is neither or both. */
function sortOut(asked: readonly Asked[]): {
  names: Given<string>;
  ids: Given<Uuid>;
  answers: Answer[];
} {
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

function tooMany(
  topics: readonly (readonly [Uuid, string])[],
  answers: readonly Answer[],
): Decision<ResponseInit<"deleteTopics">> {
  const responses = topics.map(([topicId, name]) => ({
    name,
    topicId,
    errorCode: ErrorCode.POLICY_VIOLATION,
    errorMessage: "Unable to perform excessively large batch operation.",
  }));
  return answerOnly({ responses: [...answers, ...responses] });
}
