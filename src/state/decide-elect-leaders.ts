/** ElectLeaders (KIP-460): the preferred leader, or for want of anybody in sync any that lives. */

import { ErrorCode } from "../base/error-code.ts";
import type { Uuid } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import {
  answerOnly,
  clipMessage,
  type Decision,
  MAX_RECORDS_PER_USER_OP,
  TOO_LARGE,
} from "./decision.ts";
import { partitionOrder, stringHashCode, timelineOrder } from "./hash-order.ts";
import { NO_LEADER } from "./leader-election.ts";
import type { MetadataView, PartitionAt, PartitionState, TopicState } from "./metadata-view.ts";
import { partitionChange } from "./partition-change.ts";
import { TopicRuleBook } from "./topic-rules.ts";

type Request = RequestOf<"electLeaders">;
type Response = ResponseInit<"electLeaders">;

/** ElectLeadersRequest.ElectionType */
const ELECTION_MODES = ["preferred", "unclean"] as const;
type ElectionType = (typeof ELECTION_MODES)[number];

const TOPICS_PER_SLICE = 512;

export interface ElectLeadersContext {
  readonly version: number;
}

/**
 * Error codes: for the whole request INVALID_REQUEST and POLICY_VIOLATION (more than 10,000 elections); for a partition
 * UNKNOWN_TOPIC_OR_PARTITION, ELECTION_NOT_NEEDED (left out when all are asked for), PREFERRED_LEADER_NOT_AVAILABLE,
 * ELIGIBLE_LEADERS_NOT_AVAILABLE.
 */
export function decideElectLeaders(
  request: Request,
  view: MetadataView,
  { version }: ElectLeadersContext,
): Decision<Response> {
  const { topicPartitions: asked } = request;
  if (asked?.length === 0) return answerOnly({});
  const type = ELECTION_MODES[request.electionType];
  if (type === undefined) {
    const message = `Unknown election type ${request.electionType}`;
    return answerOnly(refusedAltogether(request, version, ErrorCode.INVALID_REQUEST, message));
  }
  const work: Work = { view, elections: new Elections(view, type), records: [] };
  const replicaElectionResults = asked === null ? electEverywhere(work) : electAsked(work, asked);
  if (work.records.length > MAX_RECORDS_PER_USER_OP) {
    return answerOnly(refusedAltogether(request, version, ErrorCode.POLICY_VIOLATION, TOO_LARGE));
  }
  return { records: work.records, atomic: false, response: { replicaElectionResults } };
}

interface Work {
  readonly view: MetadataView;
  readonly elections: Elections;
  readonly records: NewRecord[];
}

interface Outcome {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

const DONE: Outcome = { errorCode: ErrorCode.NONE, errorMessage: null };
const NOT_NEEDED: Outcome = {
  errorCode: ErrorCode.ELECTION_NOT_NEEDED,
  errorMessage: "Leader election not needed for topic partition.",
};
const NOT_AVAILABLE: Readonly<Record<ElectionType, Outcome>> = {
  preferred: {
    errorCode: ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE,
    errorMessage: "The preferred leader was not available.",
  },
  unclean: {
    errorCode: ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE,
    errorMessage: "Eligible topic partition leaders are not available.",
  },
};

export interface Elected {
  readonly outcome: Outcome;
  /** Null when nobody is elected. */
  readonly record: NewRecord | null;
}

/** Elections of one kind. */
export class Elections {
  readonly #type: ElectionType;
  readonly #rules: TopicRuleBook;

  constructor(view: MetadataView, type: ElectionType) {
    this.#type = type;
    this.#rules = new TopicRuleBook(view);
  }

  elect({ topicId, partitionIndex, partition }: PartitionAt): Elected {
    if (!this.#isNeeded(partition)) return { outcome: NOT_NEEDED, record: null };
    const record = partitionChange(
      partition,
      { topicId, partitionIndex },
      { ...this.#rules.changeRules(topicId, partition), mode: this.#type },
    );
    return { outcome: record === null ? NOT_AVAILABLE[this.#type] : DONE, record };
  }

  #isNeeded({ leader, replicas }: PartitionState): boolean {
    return this.#type === "preferred" ? leader !== replicas[0] : leader === NO_LEADER;
  }
}

type Results = NonNullable<Response["replicaElectionResults"]>;
type Result = NonNullable<Results[number]["partitionResult"]>[number];

/** Every topic is named, with the partitions that needed an election. */
function electEverywhere({ view, elections, records }: Work): Results {
  const byTopic = new Map<Uuid, Map<number, Elected>>();
  let count = 0;
  for (const at of view.markedPartitions("imbalanced")) {
    const elected = elections.elect(at);
    if (elected.outcome === NOT_NEEDED) continue;
    const ofTopic = byTopic.get(at.topicId) ?? new Map<number, Elected>();
    byTopic.set(at.topicId, ofTopic.set(at.partitionIndex, elected));
    if (elected.record !== null) count += 1;
    // Refused in any order.
    if (count > MAX_RECORDS_PER_USER_OP) break;
  }
  return allTopics(view).map(({ topicId, name, partitionCount }) => {
    const ofTopic = byTopic.get(topicId);
    const partitionResult: Result[] = [];
    for (const partitionId of ofTopic === undefined ? [] : partitionOrder(partitionCount)) {
      const elected = ofTopic?.get(partitionId);
      if (elected === undefined) continue;
      partitionResult.push({ partitionId, ...elected.outcome });
      if (elected.record !== null) records.push(elected.record);
    }
    return { topic: name, partitionResult };
  });
}

/** In the order in which an Apache controller has them. */
function allTopics(view: MetadataView): TopicState[] {
  const topics: TopicState[] = [];
  for (let after = ""; ; ) {
    const slice = view.topics(after, TOPICS_PER_SLICE);
    topics.push(...slice);
    const last = slice.at(-1);
    if (last === undefined || slice.length < TOPICS_PER_SLICE) break;
    after = last.name;
  }
  return timelineOrder(topics, ({ name }) => stringHashCode(name));
}

function electAsked(
  { view, elections, records }: Work,
  asked: NonNullable<Request["topicPartitions"]>,
): Results {
  const electOne = (topic: TopicState | null, name: string, partitionIndex: number): Outcome => {
    if (topic === null) return unknown(`No such topic as ${name}`);
    const { topicId } = topic;
    const partition = view.partition(topicId, partitionIndex);
    if (partition === null) return unknown(`No such partition as ${name}-${partitionIndex}`);
    const { outcome, record } = elections.elect({ topicId, partitionIndex, partition });
    if (record !== null) records.push(record);
    return outcome;
  };
  return asked.map(({ topic: name, partitions }) => {
    const topic = view.topicByName(name);
    return {
      topic: name,
      partitionResult: partitions.map((partitionId) => ({
        partitionId,
        ...electOne(topic, name, partitionId),
      })),
    };
  });
}

function unknown(message: string): Outcome {
  return {
    errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    errorMessage: clipMessage(message),
  };
}

function refusedAltogether(
  { topicPartitions }: Request,
  version: number,
  errorCode: number,
  errorMessage: string,
): Response {
  return {
    // Version 0 has no place for an error of the whole request.
    ...(version >= 1 && { errorCode }),
    replicaElectionResults: (topicPartitions ?? []).map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions.map((partitionId) => ({ partitionId, errorCode, errorMessage })),
    })),
  };
}
