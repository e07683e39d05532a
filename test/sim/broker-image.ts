/**
 * A simulated broker as an observer of the metadata log: it fetches from whoever leads, and applies what it gets with
 * the code that controllers apply it with.
 */

import { METADATA_TOPIC_ID } from "../../src/base/uuid.ts";
import { ApplyingLog, type LogView } from "../../src/controller/applying-log.ts";
import type { RequestInit, ResponseOf } from "../../src/protocol/apis.ts";
import { readBatches } from "../../src/protocol/record-batch.ts";
import { MemoryLog } from "../../src/raft/memory-log.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import type { MetadataView } from "../../src/state/metadata-view.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { entryOf } from "./indexed-log.ts";
import { KafkaLink } from "./kafka-link.ts";
import type { World } from "./world.ts";

type Fetched = ResponseOf<"fetch">["responses"][number]["partitions"][number];

const MAX_WAIT_MS = 500;
/** A fetch that is not answered by then is given up, with its connection. */
const GIVE_UP_MS = 4000;
const RETRY_MS = 50;

export class BrokerImage {
  readonly #world: World;
  readonly #brokerId: number;
  readonly #version: number;
  readonly #directory: ControllerDirectory;
  #log = new ApplyingLog(new MemoryLog(), new MemoryVersionedStore());
  #view: LogView | null = null;
  #highWatermark = -1;
  #epoch = 0;
  #link: KafkaLink | null = null;
  /** Grows whenever an older fetch must not count any more. */
  #generation = 0;

  constructor(world: World, brokerId: number, version: number, directory: ControllerDirectory) {
    this.#world = world;
    this.#brokerId = brokerId;
    this.#version = version;
    this.#directory = directory;
  }

  /** Exclusive. */
  get endOffset(): number {
    return this.#log.endOffset;
  }

  /** The last offset that it has applied, -1 for none. */
  get appliedOffset(): number {
    return Math.min(this.#log.endOffset, this.#highWatermark) - 1;
  }

  /** The metadata as this broker knows it. */
  view(): MetadataView {
    this.#view = this.#log.view(this.appliedOffset, this.#view);
    return this.#view.reader;
  }

  start(): void {
    this.#generation += 1;
    this.#fetch(this.#generation);
  }

  stop(): void {
    this.#generation += 1;
    this.#link?.close();
    this.#link = null;
  }

  /** Its disk is lost. */
  wipe(): void {
    this.#log = new ApplyingLog(new MemoryLog(), new MemoryVersionedStore());
    this.#view = null;
    this.#highWatermark = -1;
    this.#epoch = 0;
  }

  #fetch(generation: number): void {
    if (generation !== this.#generation) return;
    const target = this.#directory.current;
    if (this.#link === null || this.#link.isBroken || this.#link.controllerId !== target) {
      this.#link?.close();
      this.#link = new KafkaLink(this.#world, this.#brokerId, target);
    }
    const link = this.#link;
    const giveUp = this.#world.scheduler.after(GIVE_UP_MS, () => link.close());
    const finish = (response: ResponseOf<"fetch"> | null): void => {
      this.#world.scheduler.cancel(giveUp);
      if (generation === this.#generation) this.#take(response, link.controllerId);
    };
    link.call("fetch", this.#request(), finish, this.#version);
  }

  #request(): RequestInit<"fetch"> {
    const endOffset = this.#log.endOffset;
    const replicaId = this.#brokerId;
    return {
      clusterId: this.#world.document.clusterId,
      ...(this.#version >= 15 ? { replicaState: { replicaId } } : { replicaId }),
      maxWaitMs: MAX_WAIT_MS,
      minBytes: 0,
      maxBytes: 65_536,
      topics: [
        {
          topicId: METADATA_TOPIC_ID,
          partitions: [
            {
              partition: 0,
              currentLeaderEpoch: this.#epoch,
              fetchOffset: BigInt(endOffset),
              lastFetchedEpoch: this.#log.lastEpoch,
              ...(this.#version >= 18 ? { highWatermark: BigInt(this.#highWatermark) } : {}),
            },
          ],
        },
      ],
    };
  }

  #take(response: ResponseOf<"fetch"> | null, from: number): void {
    const generation = this.#generation;
    const partition = response?.responses[0]?.partitions[0];
    let pauseMs = RETRY_MS;
    if (response === null || response.errorCode !== 0 || partition === undefined) {
      this.#directory.failed(from);
    } else {
      this.#world.answered("fetch", partition.errorCode);
      const { leaderId, leaderEpoch } = partition.currentLeader;
      if (leaderEpoch > this.#epoch) this.#epoch = leaderEpoch;
      if (leaderId >= 0) this.#directory.learn(leaderId);
      else if (partition.errorCode !== 0) this.#directory.failed(from);
      if (partition.errorCode === 0 && this.#takeIn(partition)) pauseMs = 0;
    }
    if (pauseMs === 0) this.#fetch(generation);
    else this.#world.scheduler.after(pauseMs, () => this.#fetch(generation));
  }

  #takeIn(partition: Fetched): boolean {
    const { divergingEpoch, records, highWatermark } = partition;
    if (divergingEpoch.epoch >= 0) {
      // It has only ever been sent what is committed.
      const fact = `broker ${this.#brokerId} has to cut its log`;
      this.#world.stop("observers-see-committed", fact);
    }
    for (const batch of readBatches(records ?? new Uint8Array(0))) {
      if (batch.lastOffset < this.#log.endOffset) continue;
      this.#world.witness.served(entryOf(batch), this.#brokerId);
      this.#log.append(batch);
    }
    const committed = Math.min(this.#log.endOffset, Number(highWatermark));
    this.#highWatermark = Math.max(this.#highWatermark, committed);
    return true;
  }
}
