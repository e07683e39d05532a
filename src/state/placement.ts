/**
 * Places replicas on brokers: spread over racks, leaders spread over brokers, the first replica on an unfenced one.
 * One placement is one call; nothing is remembered from one to the next.
 */

import { AssertionError, present } from "../base/assert.ts";
import { shapeKeeper } from "../base/kept-shape.ts";
import type { Prng } from "../base/prng.ts";
import type { BrokerState, MetadataView } from "./metadata-view.ts";

export interface PlacementWish {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** True for a broker that is shutting down; its registration says so when this is left out. */
  readonly isLeaving?: IsLeaving | undefined;
}

export type IsLeaving = (broker: BrokerState) => boolean;

export type Placement =
  /** By partition, the replicas in order of preference. */
  | { readonly kind: "placed"; readonly replicas: readonly (readonly number[])[] }
  /** Error: INVALID_REPLICATION_FACTOR. */
  | { readonly kind: "refused"; readonly message: string };

const kept = shapeKeeper<Racks>();

/** Chooses the replicas of new partitions. */
export function placeReplicas(
  view: MetadataView,
  { partitions, replicationFactor, isLeaving = isInControlledShutdown }: PlacementWish,
  prng: Prng,
): Placement {
  if (replicationFactor <= 0) {
    return refused(
      `Invalid replication factor ${replicationFactor}: the replication factor must be positive.`,
    );
  }
  // Brokers that stay, and have a directory that takes new replicas.
  const usable = view.brokers().filter((broker) => !isLeaving(broker) && hasUncordonedDirs(broker));
  const unfenced = usable.filter((broker) => !broker.fenced).length;
  if (unfenced === 0) {
    return refused("All brokers are currently fenced, or have all their log directories cordoned.");
  }
  if (replicationFactor > usable.length) {
    return refused(
      `The target replication factor of ${replicationFactor} cannot be reached because only ${usable.length} broker(s) are registered or some brokers have all their log directories cordoned.`,
    );
  }
  const racks = kept(new Racks(usable, unfenced, prng));
  const replicas = Array.from({ length: partitions }, () => racks.place(replicationFactor));
  return { kind: "placed", replicas };
}

function refused(message: string): Placement {
  return { kind: "refused", message };
}

/** Is on its way out. One that has left may come back. */
function isInControlledShutdown({ fenced, inControlledShutdown }: BrokerState): boolean {
  return inControlledShutdown && !fenced;
}

/** True when the broker takes new replicas in at least one of its directories (KIP-1066). */
export function hasUncordonedDirs({ logDirs, cordonedLogDirs }: BrokerState): boolean {
  if (logDirs.length === 0 || cordonedLogDirs === null) return true;
  return logDirs.some((dir) => !cordonedLogDirs.includes(dir));
}

function idsOf(members: readonly BrokerState[], fenced: boolean): number[] {
  const ids: number[] = [];
  for (const broker of members) if (broker.fenced === fenced) ids.push(broker.brokerId);
  return ids;
}

/** Brokers in a cycle; every partition walks it once, from one place further than the partition before. */
class BrokerCycle {
  readonly #ids: number[];
  readonly #prng: Prng;
  #start: number;
  #taken = 0;

  /** The ids become its own. */
  constructor(ids: number[], prng: Prng) {
    this.#ids = ids;
    this.#prng = prng;
    this.#start = ids.length > 1 ? prng.below(ids.length) : 0;
  }

  advance(): void {
    this.#taken = 0;
    this.#start = this.#ids.length > 0 ? (this.#start + 1) % this.#ids.length : 0;
  }

  take(): number | null {
    if (this.#taken >= this.#ids.length) return null;
    const at = (this.#start + this.#taken) % this.#ids.length;
    this.#taken += 1;
    return this.#ids[at] ?? null;
  }

  shuffle(): void {
    this.#prng.shuffle(this.#ids);
  }
}

interface Rack {
  readonly unfenced: BrokerCycle;
  readonly fenced: BrokerCycle;
}

class Racks {
  readonly #racks: Rack[];
  readonly #unfencedBrokers: number;
  readonly #prng: Prng;
  #first: number;
  #sinceShuffle = 0;

  constructor(brokers: readonly BrokerState[], unfencedBrokers: number, prng: Prng) {
    const byName = new Map<string, BrokerState[]>();
    // Brokers without a rack share one; its name sorts first.
    for (const broker of brokers) {
      const name = broker.rack ?? "";
      const members = byName.get(name);
      if (members === undefined) byName.set(name, [broker]);
      else members.push(broker);
    }
    this.#racks = [...byName.keys()].sort().map((name) => {
      const members = byName.get(name) ?? [];
      return {
        unfenced: new BrokerCycle(idsOf(members, false), prng),
        fenced: new BrokerCycle(idsOf(members, true), prng),
      };
    });
    this.#unfencedBrokers = unfencedBrokers;
    this.#prng = prng;
    this.#first = prng.below(this.#racks.length);
  }

  /** The replicas of one more partition; there are at least that many brokers and one of them is unfenced. */
  place(replicationFactor: number): number[] {
    this.#shuffleAfterARound();
    for (const { unfenced, fenced } of this.#racks) {
      unfenced.advance();
      fenced.advance();
    }
    const { leader, rackOfLeader } = this.#placeLeader();
    const replicas = [leader];
    // The leader's rack has its replica: the walk passes it by the first time.
    for (let step = 0, passedBy = false; replicas.length < replicationFactor; step++) {
      const at = (this.#first + step) % this.#racks.length;
      if (at === rackOfLeader && !passedBy) {
        passedBy = true;
        continue;
      }
      const { unfenced, fenced } = this.#rackAt(at);
      const replica = unfenced.take() ?? fenced.take();
      if (replica !== null) replicas.push(replica);
    }
    this.#first = (this.#first + 1) % this.#racks.length;
    return replicas;
  }

  #placeLeader(): { leader: number; rackOfLeader: number } {
    for (let step = 0; step < this.#racks.length; step++) {
      const rackOfLeader = (this.#first + step) % this.#racks.length;
      const leader = this.#rackAt(rackOfLeader).unfenced.take();
      if (leader !== null) return { leader, rackOfLeader };
    }
    throw new AssertionError("Cannot place a leader: every broker is fenced");
  }

  /** Otherwise the same brokers would follow each other forever. */
  #shuffleAfterARound(): void {
    if (this.#unfencedBrokers > 1 && this.#sinceShuffle === this.#unfencedBrokers) {
      this.#prng.shuffle(this.#racks);
      for (const { unfenced, fenced } of this.#racks) {
        unfenced.shuffle();
        fenced.shuffle();
      }
      this.#sinceShuffle = 0;
    }
    this.#sinceShuffle += 1;
  }

  #rackAt(index: number): Rack {
    return present(this.#racks[index], `There is no rack ${index}`);
  }
}
