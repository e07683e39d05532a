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
import { answerOnly, type Decision } from "./decision.ts";
import type { AclState, MetadataView } from "./metadata-view.ts";

type Response = ResponseInit<"deleteAcls">;
type FilterResult = NonNullable<Response["filterResults"]>[number];

/** Entries that one request may remove. */
const MAX_RECORDS = 10_000;

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
  const filterResults: FilterResult[] = [];
  for (const filter of filters.map(filterOf)) {
    const problem = filterProblem(filter);
    if (problem !== null) {
      filterResults.push({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage: problem });
      continue;
    }
    const found = remove(view, filter, removed);
    if (found === null) {
      const message = `Cannot remove more than ${MAX_RECORDS} acls in a single delete operation.`;
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

/** The entries that the filter chooses, also those that another filter has chosen; null when there are too many. */
function remove(view: MetadataView, filter: AclFilter, removed: Set<Uuid>): AclState[] | null {
  const found: AclState[] = [];
  for (const acl of aclsMatching(view, filter)) {
    if (removed.size >= MAX_RECORDS) return null;
    removed.add(acl.id);
    found.push(acl);
  }
  return found;
}

function matchingAcl({
  id: _,
  ...acl
}: AclState): NonNullable<FilterResult["matchingAcls"]>[number] {
  return { ...acl, errorMessage: null };
}
