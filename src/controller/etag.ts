/** ETags: what a resource looks like, in a few characters. The same bytes mean the same resource, at any controller. */

import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8 } from "../base/byte-writer.ts";
import { uuidFromBytes } from "../base/uuid.ts";
import type { TopicState } from "../state/metadata-view.ts";

/** Changes with the id of the topic, its partition count and its replication factor. */
export function topicEtag(topic: TopicState, replicationFactor: number): string {
  const known = topicEtags.get(topic);
  if (known?.replicationFactor === replicationFactor) return known.etag;
  const etag = etagOf([topic.topicId, topic.name, topic.partitionCount, replicationFactor]);
  topicEtags.set(topic, { replicationFactor, etag });
  return etag;
}

/** A state never changes, and a view hands out the same one again. */
const topicEtags = new WeakMap<TopicState, { replicationFactor: number; etag: string }>();

export function etagOf(content: unknown): string {
  const hash = sha256(encodeUtf8(JSON.stringify(content)));
  return uuidFromBytes(hash.subarray(0, 16));
}
