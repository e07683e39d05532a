/** Replay of access tokens: by id, and how many there are. */

import { assert } from "../base/assert.ts";
import type { OwnRecord } from "../protocol/own-record.ts";
import { addToCount } from "./count-rows.ts";
import type { RowEdits } from "./row-edits.ts";
import { RowKeys } from "./row-key.ts";
import { recordRow } from "./rows/record-row.ts";

/** Instead of the one with that id, if there is one. */
export function putAccessToken(
  edits: RowEdits,
  record: Extract<OwnRecord, { type: "accessToken" }>,
): void {
  const key = RowKeys.accessToken(record.data.tokenId);
  if (edits.get(key, recordRow) === null) addToCount(edits, RowKeys.accessTokenCount, 1);
  edits.set(key, recordRow, record);
}

export function removeAccessToken(edits: RowEdits, tokenId: string): void {
  const key = RowKeys.accessToken(tokenId);
  assert(edits.get(key, recordRow) !== null, `Cannot remove ${key}: unknown`);
  edits.set(key, recordRow, null);
  addToCount(edits, RowKeys.accessTokenCount, -1);
}
