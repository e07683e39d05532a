/**
 * A partition that is being moved keeps every replica it had until the move is done or taken back, it is done only when
 * all new replicas are in sync, and nothing else changes its replicas (KIP-455).
 */

import type { MetadataRecord } from "../../../src/protocol/metadata-record.ts";
import { type CommittedEntry, type Invariant, InvariantBroken } from "../observation.ts";

interface Partition {
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

type DataOf<N extends MetadataRecord["type"]> = Extract<MetadataRecord, { type: N }>["data"];

export class Reassignments implements Invariant {
  readonly name = "reassignments";
  readonly #partitions = new Map<string, Partition>();

  onCommitted({ records, baseOffset }: CommittedEntry): void {
    for (const { type, data } of records) {
      if (type === "partition") {
        this.#partitions.set(`${data.topicId}-${data.partitionId}`, {
          replicas: data.replicas,
          isr: data.isr,
          adding: data.addingReplicas,
          removing: data.removingReplicas,
        });
      } else if (type === "partitionChange") this.#change(data, baseOffset);
      else if (type === "removeTopic") this.#remove(data.topicId);
    }
  }

  #change(data: DataOf<"partitionChange">, at: number): void {
    const key = `${data.topicId}-${data.partitionId}`;
    const before = this.#partitions.get(key);
    if (before === undefined) return;
    const after: Partition = {
      replicas: data.replicas ?? before.replicas,
      isr: data.isr ?? before.isr,
      adding: data.addingReplicas ?? before.adding,
      removing: data.removingReplicas ?? before.removing,
    };
    const problem = problemOf(before, after);
    if (problem !== null) {
      const fact = `partition ${key} at offset ${at}: ${problem}; before ${tell(before)}, after ${tell(after)}`;
      throw new InvariantBroken(this.name, fact);
    }
    this.#partitions.set(key, after);
  }

  #remove(topicId: string): void {
    for (const key of this.#partitions.keys())
      if (key.startsWith(`${topicId}-`)) this.#partitions.delete(key);
  }
}

function problemOf(before: Partition, after: Partition): string | null {
  const { replicas, adding, removing } = after;
  if (!includesAll(replicas, [...adding, ...removing]))
    return "a replica that comes or goes is not among the replicas";
  if (replicas.length === 0) return "no replica is left";
  if (isMoving(after)) {
    return includesAll(replicas, before.replicas)
      ? null
      : "a replica is gone before the move is done";
  }
  if (!isMoving(before) && sameSet(replicas, before.replicas)) return null;
  return isDone(before, after) || isTakenBack(before, after)
    ? null
    : "the replicas are others, or no move goes on, and none was done or taken back";
}

/** All that came are in sync, and all that stay where more go than come. */
function isDone({ replicas, adding }: Partition, after: Partition): boolean {
  const gone = replicas.filter((id) => !after.replicas.includes(id));
  return (
    after.isr.length > 0 &&
    includesAll(replicas, after.replicas) &&
    includesAll(after.isr, adding) &&
    (adding.length >= gone.length || includesAll(after.isr, after.replicas))
  );
}

function isTakenBack({ replicas, adding }: Partition, after: Partition): boolean {
  return sameSet(
    after.replicas,
    replicas.filter((id) => !adding.includes(id)),
  );
}

function isMoving({ adding, removing }: Partition): boolean {
  return adding.length > 0 || removing.length > 0;
}

function includesAll(all: readonly number[], some: readonly number[]): boolean {
  return some.every((id) => all.includes(id));
}

function sameSet(a: readonly number[], b: readonly number[]): boolean {
  return includesAll(a, b) && includesAll(b, a);
}

function tell({ replicas, isr, adding, removing }: Partition): string {
  return `replicas ${replicas}, ISR ${isr}, adding ${adding}, removing ${removing}`;
}
