/** The topics that a caller may see, in name order and in parts. */

import type { Uuid } from "../base/uuid.ts";
import type { MetadataView, TopicState } from "../state/metadata-view.ts";
import type { Page } from "./api.ts";
import { PositionReader, positionText } from "./page-position.ts";

/**
 * Where a list has got to: behind the topic that was shown last and, when others came after it that were not shown,
 * behind those. They stand in it by id: a position goes to the client, who must not read a name there.
 */
interface TopicPosition {
  readonly shownName: string;
  readonly hiddenId: Uuid | null;
}

const START: TopicPosition = { shownName: "", hiddenId: null };

/**
 * At most `limit` topics are looked at, so a part may hold fewer, or none, and not be the last. Throws a MisplacedError
 * for a position that no list has given out.
 */
export function visibleTopics(
  view: MetadataView,
  { after, limit }: Page,
  maySee: (name: string) => boolean,
): { readonly topics: readonly TopicState[]; readonly next: string | null } {
  const start = after === null ? START : positionOf(after);
  const found = view.topics(nameOf(view, start), limit + 1);
  const lookedAt = found.slice(0, limit);
  const topics = lookedAt.filter(({ name }) => maySee(name));
  const last = lookedAt.at(-1);
  if (last === undefined || found.length <= limit) return { topics, next: null };
  const shownName = topics.at(-1)?.name ?? start.shownName;
  const parts = shownName === last.name ? [shownName] : [shownName, last.topicId];
  return { topics, next: positionText(parts) };
}

function positionOf(text: string): TopicPosition {
  const reader = new PositionReader(text);
  const shownName = reader.text();
  return { shownName, hiddenId: reader.rest() === null ? null : reader.uuid() };
}

/** A hidden topic that is gone by now tells nothing: those before it are looked at again, and still not shown. */
function nameOf(view: MetadataView, { shownName, hiddenId }: TopicPosition): string {
  const hidden = hiddenId === null ? null : view.topicById(hiddenId);
  return hidden !== null && hidden.name > shownName ? hidden.name : shownName;
}
