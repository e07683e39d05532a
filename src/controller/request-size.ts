/**
 * Bounds what one request can ask for: each entry may cost look-ups in storage and lines of the answer, and an event must
 * be over in time and fit into memory, whoever has sent it.
 */

import type { ApiName } from "../protocol/apis.ts";

interface Limit {
  /** Members of the longest array of the request itself. */
  readonly entries: number;
  /** These and the members of the arrays in them. */
  readonly items: number;
}

/** Twice what Kafka lets one request change. */
const CHANGE: Limit = { entries: 20_000, items: 100_000 };
/** A topic has some forty configs, and each has its synonyms. */
const DESCRIPTION: Limit = { entries: 2000, items: 100_000 };

/** What clients ask for; brokers send what they have to. */
const LIMITS: { readonly [N in ApiName]?: Limit } = {
  createTopics: CHANGE,
  deleteTopics: CHANGE,
  createPartitions: CHANGE,
  alterConfigs: CHANGE,
  incrementalAlterConfigs: CHANGE,
  describeConfigs: DESCRIPTION,
  createAcls: CHANGE,
  deleteAcls: CHANGE,
  alterClientQuotas: CHANGE,
  alterUserScramCredentials: CHANGE,
  describeUserScramCredentials: CHANGE,
  createDelegationToken: CHANGE,
  describeDelegationToken: CHANGE,
  electLeaders: CHANGE,
  alterPartitionReassignments: CHANGE,
  listPartitionReassignments: CHANGE,
  updateFeatures: CHANGE,
};

/** True when the request is refused for its size alone. */
export function isExcessive(api: ApiName, request: object): boolean {
  const limit = LIMITS[api];
  if (limit === undefined) return false;
  let items = 0;
  for (const entries of Object.values(request)) {
    if (!Array.isArray(entries)) continue;
    if (entries.length > limit.entries) return true;
    items += entries.length;
    for (const entry of entries) {
      if (typeof entry !== "object" || entry === null) break;
      items += membersOf(entry);
    }
    if (items > limit.items) return true;
  }
  return false;
}

/** Of the arrays in a struct. */
function membersOf(struct: object): number {
  let members = 0;
  for (const value of Object.values(struct)) if (Array.isArray(value)) members += value.length;
  return members;
}
