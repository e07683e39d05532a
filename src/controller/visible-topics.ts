/** The topics that a caller may see, in name order and in parts. */

import type { MetadataView, TopicState } from "../state/metadata-view.ts";
import type { Page } from "./api.ts";
import { PositionReader } from "./page-position.ts";
import { takeVisible, type VisiblePart } from "./read-pages.ts";

/** How many are read at once behind those that should have been enough. */
const SLICE = 1000;

/** Throws a MisplacedError for a position that no list has given out. */
export function visibleTopics(
  view: MetadataView,
  { after, limit }: Page,
  maySee: (name: string) => boolean,
): VisiblePart<TopicState> {
  const afterName = after === null ? "" : new PositionReader(after).text();
  return takeVisible(topicsBehind(view, afterName, limit + 1), {
    limit,
    positionOf: ({ name }: TopicState) => [name],
    maySee: ({ name }) => maySee(name),
  });
}

function* topicsBehind(view: MetadataView, after: string, first: number): Iterable<TopicState> {
  let afterName = after;
  for (let limit = first; ; limit = SLICE) {
    const found = view.topics(afterName, limit);
    yield* found;
    const last = found.at(-1);
    if (last === undefined || found.length < limit) return;
    afterName = last.name;
  }
}
