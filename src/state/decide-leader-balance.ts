/** What an active controller does about leaders without being asked, in pieces. */

import type { NewRecord } from "../protocol/metadata-record.ts";
import { MAX_CHANGES_PER_EVENT, pieceOfUnfencing } from "./broker-leadership.ts";
import type { BrokerSessions } from "./broker-sessions.ts";
import { Elections } from "./decide-elect-leaders.ts";
import type { Decision } from "./decision.ts";
import type { MetadataView, PartitionAt, PartitionMark } from "./metadata-view.ts";
import { TopicRuleBook } from "./topic-rules.ts";

/** Elections of one piece: Kafka's own number. */
export const MAX_ELECTIONS = 1000;

export interface LeaderBalance {
  readonly records: readonly NewRecord[];
  /** The piece is full, so that there may be more to do. */
  readonly isFull: boolean;
}

/** Gives partitions the leader that their replicas prefer, where it is in sync and lives; elsewhere any that can lead. */
export function balanceLeaders(view: MetadataView, maxElections = MAX_ELECTIONS): LeaderBalance {
  const elections = new Elections(view, "preferred");
  return electMarked(view, "imbalanced", elections, () => true, maxElections);
}

/** Gives leaderless partitions any leader that lives, where the topic accepts the loss of records. */
export function electUncleanLeaders(
  view: MetadataView,
  maxElections = MAX_ELECTIONS,
): LeaderBalance {
  const rules = new TopicRuleBook(view);
  const isAllowed = ({ topicId }: PartitionAt): boolean => rules.rulesOf(topicId).uncleanElection;
  const elections = new Elections(view, "unclean");
  return electMarked(view, "leaderless", elections, isAllowed, maxElections);
}

/** Goes on where an event before has left leaderless partitions for later; null when none has. */
export function decideLeaderless(
  view: MetadataView,
  sessions: BrokerSessions,
): Decision<null> | null {
  const fromTopicId = sessions.leaderlessFrom;
  if (fromTopicId === null) return null;
  const bounds = { fromTopicId, maxRecords: MAX_CHANGES_PER_EVENT };
  const { records, nextTopicId } = pieceOfUnfencing(view, null, bounds);
  sessions.leaderlessFrom = nextTopicId;
  return { records, atomic: false, response: null };
}

function electMarked(
  view: MetadataView,
  mark: PartitionMark,
  elections: Elections,
  isAllowed: (at: PartitionAt) => boolean,
  maxElections: number,
): LeaderBalance {
  const records: NewRecord[] = [];
  for (const at of view.markedPartitions(mark)) {
    if (records.length >= maxElections) break;
    const record = isAllowed(at) ? elections.elect(at).record : null;
    if (record !== null) records.push(record);
  }
  return { records, isFull: records.length >= maxElections };
}
