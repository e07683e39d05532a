/** The words of access control (KIP-11, KIP-290): what may be done to what, by whom, and how ACLs say so. */

/** AccessControlEntryRecord's numbers; filters have ANY and MATCH besides. */
export const ResourceType = {
  ANY: 1,
  TOPIC: 2,
  GROUP: 3,
  CLUSTER: 4,
  TRANSACTIONAL_ID: 5,
  DELEGATION_TOKEN: 6,
  USER: 7,
} as const;

export const PatternType = { ANY: 1, MATCH: 2, LITERAL: 3, PREFIXED: 4 } as const;

export const Operation = {
  ANY: 1,
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

export const Permission = { ANY: 1, DENY: 2, ALLOW: 3 } as const;

/** The one resource of type CLUSTER. */
export const CLUSTER_NAME = "kafka-cluster";
/** A literal pattern of this name covers every name that does not begin with it; a host of this text is every host. */
export const WILDCARD = "*";
export const WILDCARD_PRINCIPAL = "User:*";

export interface AuthorizedAction {
  readonly operation: number;
  readonly resourceType: number;
  readonly resourceName: string;
}

export interface AuthorizerSettings {
  readonly superUsers: ReadonlySet<string>;
  readonly allowEveryoneIfNoAclFound: boolean;
}

/** Who asks, and from where. */
export interface Requester {
  /** For example "User:alice". */
  readonly principal: string;
  /** As java.net.InetAddress prints it. */
  readonly host: string;
}

/** The name of a number of one of the tables above; UNKNOWN when it has none. */
export function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  return Object.keys(table).find((name) => table[name] === value) ?? "UNKNOWN";
}
