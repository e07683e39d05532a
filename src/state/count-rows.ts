/** Rows that say how many others there are, so that nobody has to count them. */

import { assert } from "../base/assert.ts";
import type { RowEdits } from "./row-edits.ts";
import { countRow } from "./rows/small-rows.ts";
import type { RowKey } from "./versioned-store.ts";

/** A count that comes to nothing has no row. */
export function addToCount(edits: RowEdits, key: RowKey, added: number): void {
  const count = (edits.get(key, countRow) ?? 0) + added;
  assert(count >= 0, `Cannot count ${key} down to ${count}`);
  edits.set(key, countRow, count === 0 ? null : count);
}
