/** ACLs, SCRAM users, quotas, access tokens and whom these let in. */

import type { Item, List } from "./shape.ts";

/** One access control entry, in Kafka's words. */
export interface AclEntry {
  readonly resource_type: string;
  readonly resource_name: string;
  readonly pattern_type: string;
  readonly principal: string;
  readonly host: string;
  readonly operation: string;
  readonly permission: string;
}

export type KafkaAcl = AclEntry & {
  readonly kind: "KafkaAcl";
  readonly metadata: { readonly self: string };
  readonly cluster_id: string;
};
export type KafkaAclList = List<"KafkaAclList", KafkaAcl>;

/** What is absent is any. The pattern type MATCH finds every pattern that covers the name. */
export type AclFilter = { readonly [N in keyof AclEntry]?: string | undefined };

/** A filter that says of each word whether it is any, so that nothing is deleted by leaving something out. */
export type AclDeletion = Pick<
  AclEntry,
  "resource_type" | "pattern_type" | "operation" | "permission"
> &
  AclFilter;

export interface KafkaAclsDeleted {
  readonly data: readonly KafkaAcl[];
}

export interface AclFailures {
  readonly failures: readonly {
    /** Which entry of the request. */
    readonly index: number;
    readonly error_code: number;
    readonly message: string;
  }[];
}

export type ScramMechanism = "SCRAM-SHA-256" | "SCRAM-SHA-512";

export type KafkaScramCredential = Item<"KafkaScramCredential"> & {
  readonly user_name: string;
  readonly mechanism: ScramMechanism;
  readonly iterations: number;
};
export type KafkaScramCredentialList = List<"KafkaScramCredentialList", KafkaScramCredential>;

/** A password that the gateway salts and forgets, or what PBKDF2 has made of one, as base64. */
export type ScramCredential = { readonly iterations?: number | undefined } & (
  | { readonly password: string }
  | { readonly salted_password: string; readonly salt: string }
);

/** At least one of them; a null name is the default of its type. */
export interface QuotaEntity {
  readonly user?: string | null | undefined;
  readonly "client-id"?: string | null | undefined;
  readonly ip?: string | null | undefined;
}

export interface KafkaClientQuota {
  readonly kind: "KafkaClientQuota";
  readonly cluster_id: string;
  readonly entity: QuotaEntity;
  readonly quota_name: string;
  readonly value: number;
}
export type KafkaClientQuotaList = List<"KafkaClientQuotaList", KafkaClientQuota>;

/** All of the changes or none; a null value removes the quota. */
export interface QuotaChanges {
  readonly entity: QuotaEntity;
  readonly quotas: readonly { readonly name: string; readonly value: number | null }[];
  readonly validate_only?: boolean | undefined;
}

export type KafkaAccessToken = Item<"KafkaAccessToken"> & {
  readonly token_id: string;
  readonly principal: string;
  readonly description: string;
  readonly created_timestamp_ms: number;
  /** Null when it does not expire. */
  readonly expiration_timestamp_ms: number | null;
  /** Until when the secret before the last rotation is good; null when it is not. */
  readonly previous_expiration_timestamp_ms: number | null;
};
export type KafkaAccessTokenList = List<"KafkaAccessTokenList", KafkaAccessToken>;

/** A token with its text, which is shown once. */
export type KafkaAccessTokenShown = KafkaAccessToken & { readonly access_token: string };

export interface NewAccessToken {
  /** Whose it is; the caller's own when absent. */
  readonly principal?: string | undefined;
  readonly description?: string | undefined;
  readonly expires_in_seconds?: number | null | undefined;
}

export interface Rotation {
  /** How long the secret before is good beside the new one; not at all when absent. */
  readonly overlap_seconds?: number | undefined;
}

export type KafkaCaller = Item<"KafkaCaller"> & {
  readonly principal: string;
  /** Null when no token is needed. */
  readonly token_id: string | null;
};

export type KafkaDelegationToken = Item<"KafkaDelegationToken"> & {
  readonly token_id: string;
  readonly owner_principal: string;
  readonly requester_principal: string;
  readonly renewers: readonly string[];
  readonly issue_timestamp_ms: number;
  /** Until when it is good, unless renewed. */
  readonly expiration_timestamp_ms: number;
  /** Beyond this it cannot be renewed. */
  readonly max_timestamp_ms: number;
  /** Its secret, as base64. */
  readonly hmac: string;
};
export type KafkaDelegationTokenList = List<"KafkaDelegationTokenList", KafkaDelegationToken>;

export type KafkaDelegationTokenExpiration = Item<"KafkaDelegationTokenExpiration"> & {
  readonly token_id: string;
  readonly expiration_timestamp_ms: number;
};

export interface NewDelegationToken {
  /** Who is let in by it; the caller when absent. */
  readonly owner_principal?: string | undefined;
  readonly renewers?: readonly string[] | undefined;
  readonly max_lifetime_ms?: number | undefined;
}
