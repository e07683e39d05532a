/** Whether a resource is still what a client has seen, judged by the state that the change itself is decided on. */

import type { MetadataView } from "../state/metadata-view.ts";
import type { Precondition, TaggedResource } from "./api.ts";
import { topicEtag } from "./etag.ts";
import { configsOf, etagOfConfigs } from "./read-configs.ts";

/** The ETag of a resource in a view; null when it is not there. */
export function currentEtag(view: MetadataView, tagged: TaggedResource): string | null {
  if (tagged.kind === "configs") {
    const configs = configsOf(view, tagged.resource);
    return configs === null ? null : etagOfConfigs(view, tagged.resource, configs);
  }
  const topic = view.topicByName(tagged.name);
  if (topic === null) return null;
  return topicEtag(topic, view.partition(topic.topicId, 0)?.replicas.length ?? 0);
}

/**
 * The ETag that a resource has instead of one of those asked for; null when the change may be made. What is not there is
 * left to the change itself to refuse.
 */
export function conflictingEtag(view: MetadataView, precondition: Precondition): string | null {
  const { resource, etags } = precondition;
  const current = currentEtag(view, resource);
  if (current === null || etags.includes("*") || etags.includes(current)) return null;
  return current;
}
