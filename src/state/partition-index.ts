/** What the indexes of partitions say: which pages of which topics, in the order of topics and then of pages. */

import type { Uuid } from "../base/uuid.ts";
import { isFirstPagesKey, type PageAt, pageOfIndexKey } from "./row-key.ts";
import { firstPagesRow, topicIdsIn } from "./rows/first-pages.ts";
import type { Row } from "./versioned-store.ts";

/** The pages that rows of the index by mark name. */
export function* markedPages(rows: Iterable<Row>): Iterable<PageAt> {
  for (const { key } of rows) yield pageOfIndexKey(key);
}

/** The pages that rows of the index by broker name, from a topic on. */
export function* pagesOfBroker(rows: Iterable<Row>, fromTopicId: Uuid | ""): Iterable<PageAt> {
  for (const at of everyPage(rows)) if (at.topicId >= fromTopicId) yield at;
}

/** A list of first pages comes before the further pages of its topics. */
function* everyPage(rows: Iterable<Row>): Iterable<PageAt> {
  let first: readonly Uuid[] = [];
  let told = 0;
  for (const { key, value } of rows) {
    const further = isFirstPagesKey(key) ? null : pageOfIndexKey(key);
    for (; told < first.length; told++) {
      const topicId = first[told] ?? "";
      if (further !== null && topicId > further.topicId) break;
      yield { topicId, page: 0 };
    }
    if (further !== null) {
      yield further;
      continue;
    }
    first = topicIdsIn(firstPagesRow.decode(value), key);
    told = 0;
  }
  for (const topicId of first.slice(told)) yield { topicId, page: 0 };
}
