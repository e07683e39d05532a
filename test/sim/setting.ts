/** Settings: everything that administrators keep in the metadata, each under a key of its own with a text as its value. */

import type { AclState, QuotaEntityPart } from "../../src/state/metadata-view.ts";

/** What somebody wants a setting to be; null wants it gone. */
export interface SettingChange {
  readonly key: string;
  readonly value: string | null;
}

export function configKey(resourceType: number, resourceName: string, name: string): string {
  return `config ${resourceType} ${resourceName} ${name}`;
}

export function quotaKey(entity: readonly QuotaEntityPart[], key: string): string {
  const parts = entity.map(({ entityType, entityName }) =>
    JSON.stringify([entityType, entityName]),
  );
  return `quota ${parts.sort().join()} ${key}`;
}

export function credentialKey(user: string, mechanism: number): string {
  return `credential ${user} ${mechanism}`;
}

/** A credential cannot be seen as a whole; salt and iterations tell one from another. */
export function credentialValue(iterations: number, salt: Uint8Array): string {
  return `${iterations} ${salt.join()}`;
}

/** Its value is when the token expires, in ms. */
export function tokenKey(tokenId: string): string {
  return `token ${tokenId}`;
}

export type AclText = Omit<AclState, "id">;

/** Its value is "present". */
export function aclKey(acl: AclText): string {
  const { resourceType, patternType, resourceName, principal, host, operation, permissionType } =
    acl;
  const fields = [resourceType, patternType, resourceName, principal, host, operation];
  return `acl ${JSON.stringify([...fields, permissionType])}`;
}

export const PRESENT = "present";

/** Its value is the level. */
export function featureKey(name: string): string {
  return `feature ${name}`;
}

/** Its value names the replicas of the partition in their order; what is asked for is how they begin. */
export function placesKey(topic: string, partitionIndex: number): string {
  return `places ${topic} ${partitionIndex}`;
}

/** Its value is "true" while the partition is being moved. */
export function movingKey(topic: string, partitionIndex: number): string {
  return `moving ${topic} ${partitionIndex}`;
}
