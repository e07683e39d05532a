/** Reassignments of partitions: begun, changed on the way, taken back and listed (KIP-455, KIP-860). */

import type { PartitionState } from "../../../src/state/metadata-view.ts";
import { FIRST_BROKER_ID } from "../plan.ts";
import { movingKey, placesKey } from "../setting.ts";
import type { Area } from "./area.ts";
import type { Desk } from "./desk.ts";
import { knownPartition } from "./known-partition.ts";

const MOST_REPLICAS = 3;
const NO_BROKER = 9999;

export class MoveRequests implements Area {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  act(): void {
    const drawn = this.#desk.prng.below(8);
    if (drawn < 6) this.#move();
    else if (drawn < 7) this.#mistake();
    else this.#list();
  }

  #move(): void {
    const desk = this.#desk;
    const known = knownPartition(desk, ({ addingReplicas }) => addingReplicas.length > 0);
    if (known === null) return;
    const { topic, partitionIndex, partition } = known;
    const isMoving = partition.addingReplicas.length > 0;
    const replicas = isMoving && desk.once(3) ? null : this.#replicas(partition);
    const since = desk.world.committedEndOffset;
    const allowReplicationFactorChange = !desk.once(4);
    desk.ask(
      "alterPartitionReassignments",
      {
        topics: [{ name: topic, partitions: [{ partitionIndex, replicas }] }],
        allowReplicationFactorChange,
        timeoutMs: 5000,
      },
      { user: desk.someone() },
      ({ errorCode, responses }) => {
        const answer = responses[0]?.partitions[0];
        if (errorCode !== 0 || answer === undefined) return;
        const change =
          replicas === null
            ? { key: movingKey(topic, partitionIndex), value: null }
            : { key: placesKey(topic, partitionIndex), value: replicas.join() };
        desk.acknowledged(answer, [change], since);
      },
    );
  }

  /** Anybody, or those who are there in another order. */
  #replicas({ replicas }: PartitionState): number[] {
    const { prng, world } = this.#desk;
    const all = Array.from({ length: world.plan.brokers }, (_, i) => FIRST_BROKER_ID + i);
    if (this.#desk.once(5)) {
      const shuffled = [...replicas];
      prng.shuffle(shuffled);
      return shuffled;
    }
    prng.shuffle(all);
    return all.slice(0, 1 + prng.below(MOST_REPLICAS));
  }

  #mistake(): void {
    const desk = this.#desk;
    const known = knownPartition(desk, () => false);
    const name = known?.topic ?? "no-such-topic";
    const partitionIndex = known?.partitionIndex ?? 0;
    const [first = FIRST_BROKER_ID] = known?.partition.replicas ?? [];
    const partition = desk.pick([
      { partitionIndex, replicas: [] },
      { partitionIndex, replicas: [first, first] },
      { partitionIndex, replicas: [NO_BROKER] },
      { partitionIndex, replicas: [-1] },
      { partitionIndex, replicas: null },
      { partitionIndex: 5000, replicas: [first] },
    ]);
    const topics = [
      { name, partitions: [partition] },
      { name: "no-such-topic", partitions: [{ partitionIndex: 0, replicas: [first] }] },
    ];
    desk.ask("alterPartitionReassignments", { topics, timeoutMs: 5000 }, { user: desk.someone() });
  }

  #list(): void {
    const desk = this.#desk;
    const known = knownPartition(desk, ({ addingReplicas }) => addingReplicas.length > 0);
    const named = [{ name: known?.topic ?? "x", partitionIndexes: [known?.partitionIndex ?? 0] }];
    const topics = desk.once(2) ? null : named;
    desk.ask("listPartitionReassignments", { topics, timeoutMs: 5000 }, { user: desk.someone() });
  }
}
