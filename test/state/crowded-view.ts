/** A view in which a broker has more partitions than a function takes arguments. */

import type { Uuid } from "../../src/base/uuid.ts";
import type { MetadataView, PartitionAt, PartitionState } from "../../src/state/metadata-view.ts";

export const CROWD = 150_000;

/** As `view`, but that every broker has the partition again and again, in topics of their own. */
export function crowdedView(view: MetadataView, partition: PartitionState): MetadataView {
  function* partitionsOfBroker(): Iterable<PartitionAt> {
    for (let i = 0; i < CROWD; i++) yield { topicId: topicIdOf(i), partitionIndex: 0, partition };
  }
  return new Proxy(view, {
    get(target, name) {
      if (name === "partitionsOfBroker") return partitionsOfBroker;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

function topicIdOf(i: number): Uuid {
  return `topic-${String(i).padStart(15, "0")}A`;
}
