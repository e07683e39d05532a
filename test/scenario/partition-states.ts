/** Who replicates and leads each partition, replayed from the log by rules of its own: a slow twin of the state. */

import type { LoggedRecord } from "./metadata-log.ts";

export interface PartitionState {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly leader: number;
  readonly isMoving: boolean;
}

export class PartitionStates {
  readonly #topics = new Map<string, string>();
  readonly #partitions = new Map<string, PartitionState>();

  static of(records: readonly LoggedRecord[]): PartitionStates {
    const states = new PartitionStates();
    for (const record of records) states.#apply(record);
    return states;
  }

  all(): readonly PartitionState[] {
    return [...this.#partitions.values()];
  }

  get(topic: string, partition: number): PartitionState {
    const found = this.all().find((each) => each.topic === topic && each.partition === partition);
    if (found === undefined) throw new Error(`there is no partition ${topic}-${partition}`);
    return found;
  }

  areSettled(alive: readonly number[]): boolean {
    return this.all().every(({ replicas, isr, isMoving }) => {
      const wanted = replicas.filter((id) => alive.includes(id));
      return (
        !isMoving &&
        (isr.every((id) => !alive.includes(id)) || wanted.every((id) => isr.includes(id)))
      );
    });
  }

  #apply({ type, data }: LoggedRecord): void {
    const key = `${data.topicId} ${data.partitionId}`;
    if (type === "topic") this.#topics.set(String(data.topicId), String(data.name));
    if (type === "removeTopic") {
      for (const each of this.#partitions.keys()) {
        if (each.startsWith(`${data.topicId} `)) this.#partitions.delete(each);
      }
    }
    if (type !== "partition" && type !== "partitionChange") return;
    const before = this.#partitions.get(key);
    const numbers = (name: string): number[] | undefined =>
      (data[name] ?? undefined) as number[] | undefined;
    const adding = numbers("addingReplicas");
    const removing = numbers("removingReplicas");
    const leader = data.leader as number | undefined;
    this.#partitions.set(key, {
      topic: this.#topics.get(String(data.topicId)) ?? "",
      partition: Number(data.partitionId),
      replicas: numbers("replicas") ?? before?.replicas ?? [],
      isr: numbers("isr") ?? before?.isr ?? [],
      leader: leader === undefined || leader === -2 ? (before?.leader ?? -1) : leader,
      isMoving:
        adding === undefined && removing === undefined
          ? (before?.isMoving ?? false)
          : (adding?.length ?? 0) + (removing?.length ?? 0) > 0,
    });
  }
}
