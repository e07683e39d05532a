/** Replay of delegation tokens: by id, and how many there are, of all owners and of each. */

import { present } from "../base/assert.ts";
import type { MetadataRecord } from "../protocol/metadata-record.ts";
import { addToCount } from "./count-rows.ts";
import type { RowEdits } from "./row-edits.ts";
import { RowKeys } from "./row-key.ts";
import { recordRow, tokenOf } from "./rows/record-row.ts";
import { countRow } from "./rows/small-rows.ts";

/** Instead of the one with that id, if there is one. Its owner stays the same. */
export function putDelegationToken(
  edits: RowEdits,
  record: Extract<MetadataRecord, { type: "delegationToken" }>,
): void {
  const { tokenId, owner } = record.data;
  const key = RowKeys.delegationToken(tokenId);
  if (edits.get(key, recordRow) === null) {
    addToCount(edits, RowKeys.delegationTokenCount, 1);
    addToCount(edits, RowKeys.delegationTokensOf(owner), 1);
  }
  edits.set(key, recordRow, record);
}

export function removeDelegationToken(edits: RowEdits, tokenId: string): void {
  const key = RowKeys.delegationToken(tokenId);
  const { owner } = tokenOf(present(edits.get(key, recordRow), `Cannot remove ${key}: unknown`));
  edits.set(key, recordRow, null);
  for (const countKey of [RowKeys.delegationTokenCount, RowKeys.delegationTokensOf(owner)]) {
    // A token that an earlier build has kept was not counted.
    if (edits.get(countKey, countRow) !== null) addToCount(edits, countKey, -1);
  }
}
