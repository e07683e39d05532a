/** A name is one topic's at a time, an id is one topic's for ever, and partitions are numbered without gaps. */

import { type CommittedEntry, type Invariant, InvariantBroken } from "../observation.ts";

export class TopicIdentity implements Invariant {
  readonly name = "topic-identity";
  readonly #ids = new Set<string>();
  readonly #names = new Map<string, string>();
  readonly #topics = new Map<string, { readonly name: string; partitions: number }>();

  onCommitted({ records, baseOffset }: CommittedEntry): void {
    for (const { type, data } of records) {
      if (type === "topic") this.#add(data.topicId, data.name, baseOffset);
      else if (type === "removeTopic") this.#remove(data.topicId, baseOffset);
      else if (type === "partition") this.#addPartition(data.topicId, data.partitionId, baseOffset);
      else if (type === "partitionChange") {
        const topic = this.#topics.get(data.topicId);
        if (topic === undefined || data.partitionId >= topic.partitions) {
          this.#fail(
            `a change of ${data.topicId}-${data.partitionId} at ${baseOffset}: it does not exist`,
          );
        }
      }
    }
  }

  #add(topicId: string, name: string, baseOffset: number): void {
    if (this.#ids.has(topicId)) this.#fail(`topic id ${topicId} is used again at ${baseOffset}`);
    if (this.#names.has(name)) this.#fail(`topic ${name} is created at ${baseOffset} and exists`);
    this.#ids.add(topicId);
    this.#names.set(name, topicId);
    this.#topics.set(topicId, { name, partitions: 0 });
  }

  #remove(topicId: string, baseOffset: number): void {
    const topic = this.#topics.get(topicId);
    if (topic === undefined)
      this.#fail(`topic ${topicId} is removed at ${baseOffset}: it does not exist`);
    this.#topics.delete(topicId);
    this.#names.delete(topic.name);
  }

  #addPartition(topicId: string, index: number, baseOffset: number): void {
    const topic = this.#topics.get(topicId);
    if (topic === undefined || index !== topic.partitions) {
      const count = topic?.partitions ?? "no";
      this.#fail(
        `partition ${topicId}-${index} at ${baseOffset}: the topic has ${count} partitions`,
      );
    }
    topic.partitions += 1;
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
