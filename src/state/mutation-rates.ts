/** How many partitions a second each user and client id may create and delete (KIP-599). */

import type { MetadataView, QuotaEntityPart } from "./metadata-view.ts";

export interface Client {
  /** The name of the principal, without its type. */
  readonly user: string;
  /** Empty when the client has not said one. */
  readonly clientId: string;
}

/** Whose requests draw on one bucket, and how fast it fills. */
export interface MutationRate {
  /** Equal for all who share the bucket. */
  readonly bucket: string;
  readonly partitionsPerSecond: number;
}

/** A name, null for the default of its type, false when a quota is not for that type at all. */
type Name = string | null | false;

/** The rates that are set at one offset. */
export class MutationRates {
  readonly #rates = new Map<string, number>();

  constructor(view: MetadataView) {
    for (const { entity, key, value } of view.clientQuotas()) {
      if (key !== "controller_mutation_rate") continue;
      this.#rates.set(keyOf(nameIn(entity, "user"), nameIn(entity, "client-id")), value);
    }
  }

  /** The rate that counts for a client, the closest one; null when it may do what it likes. */
  rateOf({ user, clientId }: Client): MutationRate | null {
    if (this.#rates.size === 0) return null;
    for (const [userName, clientName] of closestFirst({ user, clientId })) {
      const partitionsPerSecond = this.#rates.get(keyOf(userName, clientName));
      if (partitionsPerSecond === undefined) continue;
      // A default is a rate for each of those it is for, not one that they share.
      const bucket = keyOf(userName === false ? false : user, clientName !== false && clientId);
      return { bucket, partitionsPerSecond };
    }
    return null;
  }
}

function closestFirst({ user, clientId }: Client): (readonly [user: Name, clientId: Name])[] {
  const all = [
    [user, clientId],
    [user, null],
    [user, false],
    [null, clientId],
    [null, null],
    [null, false],
    [false, clientId],
    [false, null],
  ] as const;
  // No default is for a name that is empty.
  return all.filter(([userName, clientName]) => {
    return (userName === false || user !== "") && (clientName === false || clientId !== "");
  });
}

function nameIn(entity: readonly QuotaEntityPart[], type: string): Name {
  const part = entity.find(({ entityType }) => entityType === type);
  return part === undefined ? false : part.entityName;
}

function keyOf(user: Name, clientId: Name): string {
  return JSON.stringify([user, clientId]);
}
