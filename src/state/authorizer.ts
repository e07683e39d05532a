/** Which actions ACLs allow (KIP-11, KIP-290, KIP-801). */

import type { MetadataView } from "./metadata-view.ts";

/** AccessControlEntryRecord's numbers. */
export const ResourceType = {
  TOPIC: 2,
  GROUP: 3,
  CLUSTER: 4,
  TRANSACTIONAL_ID: 5,
  DELEGATION_TOKEN: 6,
  USER: 7,
} as const;

export const PatternType = { LITERAL: 3, PREFIXED: 4 } as const;

export const Operation = {
  ALL: 2,
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
  CREATE_TOKENS: 13,
  DESCRIBE_TOKENS: 14,
  TWO_PHASE_COMMIT: 15,
} as const;

export const Permission = { DENY: 2, ALLOW: 3 } as const;

/** The one resource of type CLUSTER. */
export const CLUSTER_NAME = "kafka-cluster";

export interface AuthorizedAction {
  readonly operation: number;
  readonly resourceType: number;
  readonly resourceName: string;
}

export interface AuthorizerSettings {
  readonly superUsers: ReadonlySet<string>;
  readonly allowEveryoneIfNoAclFound: boolean;
}

/** True when the principal, coming from the host, may do it. */
export function isAuthorized(
  _view: MetadataView,
  _settings: AuthorizerSettings,
  _who: { readonly principal: string; readonly host: string },
  _action: AuthorizedAction,
): boolean {
  return true;
}
