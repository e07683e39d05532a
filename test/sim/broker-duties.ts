/** What a broker asks of the active controller besides staying registered, at random moments of its life. */

import type { PartitionAt } from "../../src/state/metadata-view.ts";
import type { Broker } from "./broker.ts";
import type { World } from "./world.ts";

const PAUSE_MS = 400;
/** Partitions of an AlterPartition at most. */
const MOST_PARTITIONS = 4;

export class BrokerDuties {
  readonly #world: World;
  readonly #broker: Broker;
  /** Directories that it says are offline; never all of them. */
  failedDirs: readonly string[] = [];

  constructor(world: World, broker: Broker) {
    this.#world = world;
    this.#broker = broker;
  }

  start(life: number): void {
    this.failedDirs = [];
    this.#next(life);
  }

  #next(life: number): void {
    const { prng } = this.#broker;
    this.#broker.later(life, 50 + prng.below(2 * PAUSE_MS), () => {
      if (this.#world.isOver) return;
      if (this.#broker.epoch >= 0n) this.#act();
      this.#next(life);
    });
  }

  #act(): void {
    const { prng } = this.#broker;
    const drawn = prng.below(20);
    if (drawn < 12) this.#alterPartitions();
    else if (drawn < 15) this.#allocateProducerIds();
    else if (drawn < 19) this.#assignDirs();
    else if (!this.#world.isQuiet && prng.below(4) === 0) {
      const [, second] = this.#broker.logDirs;
      if (second !== undefined) this.failedDirs = [second];
    }
  }

  /** Some of the partitions that it leads, as far as it knows. */
  #led(): PartitionAt[] {
    const { image, id, prng } = this.#broker;
    const led: PartitionAt[] = [];
    for (const at of image.view().partitionsOfBroker(id))
      if (at.partition.leader === id) led.push(at);
    prng.shuffle(led);
    return led.slice(0, MOST_PARTITIONS);
  }

  #alterPartitions(): void {
    const { id, epoch, prng, image } = this.#broker;
    const led = this.#led();
    if (led.length === 0) return;
    const view = image.view();
    // Now and then it asks for what it may not have.
    const mistake = prng.below(30);
    const topics = led.map(({ topicId, partitionIndex, partition }) => {
      const isr = partition.replicas.filter(
        (replica) =>
          (replica === id && mistake !== 0) ||
          (this.#world.isQuiet ? view.broker(replica)?.fenced === false : prng.below(3) > 0),
      );
      return {
        topicId,
        partitions: [
          {
            partitionIndex: mistake === 1 ? partitionIndex + 1000 : partitionIndex,
            leaderEpoch: partition.leaderEpoch,
            partitionEpoch: partition.partitionEpoch,
            leaderRecoveryState: 0,
            newIsrWithEpochs: isr.map((brokerId) => ({
              brokerId,
              brokerEpoch: BigInt(view.broker(brokerId)?.epoch ?? -1),
            })),
          },
        ],
      };
    });
    this.#broker.call(
      "alterPartition",
      { brokerId: id, brokerEpoch: epoch, topics },
      (response) => {
        for (const topic of response?.topics ?? []) {
          for (const { errorCode } of topic.partitions) {
            this.#world.answered("alterPartition", errorCode);
          }
        }
      },
    );
  }

  #allocateProducerIds(): void {
    const { id, epoch } = this.#broker;
    this.#broker.call("allocateProducerIds", { brokerId: id, brokerEpoch: epoch }, (response) => {
      if (response?.errorCode !== 0) return;
      this.#world.witness.gaveProducerIds(response.producerIdStart, response.producerIdLen, id);
    });
  }

  #assignDirs(): void {
    const { id, epoch, prng, image, logDirs } = this.#broker;
    const view = image.view();
    const own: PartitionAt[] = [];
    for (const at of view.partitionsOfBroker(id)) own.push(at);
    const [at] = own.splice(prng.below(Math.max(1, own.length)), 1);
    if (at === undefined) return;
    const dir = logDirs[prng.below(logDirs.length)] ?? "";
    const [{ topicId: anyTopic } = at] = view.topics("", 1);
    const topicId = prng.below(8) === 0 ? anyTopic : at.topicId;
    const partitions = [{ partitionIndex: at.partitionIndex }];
    const directories = [{ id: dir, topics: [{ topicId, partitions }] }];
    this.#broker.call(
      "assignReplicasToDirs",
      { brokerId: id, brokerEpoch: epoch, directories },
      (response) => {
        const code = response?.directories[0]?.topics[0]?.partitions[0]?.errorCode;
        if (code !== undefined) this.#world.answered("assignReplicasToDirs", code);
      },
    );
  }
}
