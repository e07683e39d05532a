/**
 * The order in which changes of many topics are written. An Apache controller walks a hash table whose slots are the
 * high bits of a multiplicative hash of the topic id, so its order is that of the hash itself; ours is the same.
 */

import { type Uuid, uuidToBytes } from "../base/uuid.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { timelineOrder } from "./hash-order.ts";

/** The place of a topic among others: smaller comes first. */
export function topicOrder(topicId: Uuid): bigint {
  return timelineOrder(uuidHashCode(topicId));
}

/** The hash code of a partition in Java: that of a record of its topic's id and its index. */
export function partitionHashCode(topicId: Uuid, partitionIndex: number): number {
  return (Math.imul(uuidHashCode(topicId), 31) + partitionIndex) | 0;
}

function uuidHashCode(topicId: Uuid): number {
  const bytes = new Uint8Array(16);
  uuidToBytes(topicId, bytes);
  const view = new DataView(bytes.buffer);
  const high = view.getInt32(0) ^ view.getInt32(8);
  const low = view.getInt32(4) ^ view.getInt32(12);
  return high ^ low;
}

/** Records by topic, as they are found. */
export class RecordsByTopic {
  readonly #byTopic = new Map<Uuid, NewRecord[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(topicId: Uuid, record: NewRecord | null): void {
    if (record === null) return;
    this.#size += 1;
    const records = this.#byTopic.get(topicId);
    if (records === undefined) this.#byTopic.set(topicId, [record]);
    else records.push(record);
  }

  /** All records: topics in their order, the partitions of each as they were added. */
  inOrder(): NewRecord[] {
    return [...this.#byTopic]
      .map(([topicId, records]) => ({ order: topicOrder(topicId), records }))
      .sort((a, b) => (a.order < b.order ? -1 : 1))
      .flatMap(({ records }) => records);
  }
}
