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

/** The rate that counts for a client, the closest one; null when it may do what it likes. */
export function mutationRate(view: MetadataView, { user, clientId }: Client): MutationRate | null {
  if (!view.hasClientQuotas()) return null;
  for (const [userName, clientName] of closestFirst({ user, clientId })) {
    const entity = [...part("user", userName), ...part("client-id", clientName)];
    const partitionsPerSecond = view.clientQuotasOf(entity).get("controller_mutation_rate");
    if (partitionsPerSecond === undefined) continue;
    // A default is a rate for each of those it is for, not one that they share.
    const sharing = [userName !== false && user, clientName !== false && clientId];
    return { bucket: JSON.stringify(sharing), partitionsPerSecond };
  }
  return null;
}

function part(entityType: string, entityName: Name): QuotaEntityPart[] {
  return entityName === false ? [] : [{ entityType, entityName }];
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
