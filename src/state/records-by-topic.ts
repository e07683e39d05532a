/** Changes of many topics, written in the order in which an Apache controller finds the topics in its hash table. */

import type { Uuid } from "../base/uuid.ts";
import type { NewRecord } from "../protocol/metadata-record.ts";
import { timelineOrder, uuidHashCode } from "./hash-order.ts";

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
    const topics = timelineOrder(this.#byTopic, ([topicId]) => uuidHashCode(topicId));
    return topics.flatMap(([, records]) => records);
  }
}
