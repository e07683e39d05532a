/** DeleteAcls (KIP-140, KIP-290): removes the entries that filters choose, and says which they were. */

import { ErrorCode } from "../base/error-code.ts";
import type { Uuid } from "../base/uuid.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import {
  type AclFilter,
  aclsMatching,
  filterOf,
  hasUnknownEntry,
  hasUnknownPattern,
} from "./acl-filter.ts";
import { answerOnly, type Decision, MAX_RECORDS_PER_USER_OP } from "./decision.ts";
import type { AclState, MetadataView } from "./metadata-view.ts";

type Response = ResponseInit<"deleteAcls">;
type FilterResult = NonNullable<Response["filterResults"]>[number];

/** Entries in one answer: each filter lists all that it chooses. */
const MAX_ANSWERED = 100_000;

/** Error codes for one filter: INVALID_REQUEST; for all of them INVALID_REQUEST, SECURITY_DISABLED. */
export function decideDeleteAcls(
  { filters }: RequestOf<"deleteAcls">,
  view: MetadataView,
  { authorizerEnabled }: { readonly authorizerEnabled: boolean },
): Decision<Response> {
  const refuseAll = (errorCode: number, errorMessage: string): Decision<Response> =>
    answerOnly({ filterResults: filters.map(() => ({ errorCode, errorMessage })) });
  if (!authorizerEnabled) {
    return refuseAll(ErrorCode.SECURITY_DISABLED, "No Authorizer is configured.");
  }
  const removed = new Set<Uuid>();
  const all = filters.length === 1 ? () => view.acls() : readOnce(() => view.acls());
  let answered = 0;
  const filterResults: FilterResult[] = [];
  for (const filter of filters.map(filterOf)) {
    const problem = filterProblem(filter);
    if (problem !== null) {
      filterResults.push({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage: problem });
      continue;
    }
    const found = remove(aclsMatching(view, filter, all), removed);
    answered += found?.length ?? 0;
    if (found === null || answered > MAX_ANSWERED) {
      const message = `Cannot remove more than ${MAX_RECORDS_PER_USER_OP} acls in a single delete operation.`;
      return refuseAll(ErrorCode.INVALID_REQUEST, message);
    }
    filterResults.push({ errorMessage: null, matchingAcls: found.map(matchingAcl) });
  }
  const records = [...removed].map(
    (id): NewRecord => ({ type: "removeAccessControlEntry", version: 0, data: { id } }),
  );
  return { records, atomic: true, response: { filterResults } };
}

function filterProblem(filter: AclFilter): string | null {
  if (hasUnknownPattern(filter)) return "Unknown patternFilter.";
  return hasUnknownEntry(filter) ? "Unknown entryFilter." : null;
}

/** What is chosen, also what another filter has chosen; null when too many are removed. */
function remove(chosen: Iterable<AclState>, removed: Set<Uuid>): AclState[] | null {
  const found: AclState[] = [];
  for (const acl of chosen) {
    if (removed.size >= MAX_RECORDS_PER_USER_OP) return null;
    removed.add(acl.id);
    found.push(acl);
  }
  return found;
}

function readOnce<T>(read: () => Iterable<T>): () => readonly T[] {
  let known: readonly T[] | null = null;
  return () => {
    known ??= [...read()];
    return known;
  };
}

function matchingAcl({
  id: _,
  ...acl
}: AclState): NonNullable<FilterResult["matchingAcls"]>[number] {
  return { ...acl, errorMessage: null };
}
