/** Whose request a call of the gateway is, what proves it, and the access tokens that do. */

/** The first access token, which may create the others. */
export interface FirstAccessToken {
  readonly tokenId: string;
  /** Such as "User:admin". */
  readonly principal: string;
  /** SHA-256 of the secret, in hexadecimal. */
  readonly secretHash: string;
}

/** What a client has shown: the id of an access token, and the SHA-256 of the secret that came with it. */
export interface Credentials {
  readonly tokenId: string;
  readonly secretHash: Uint8Array;
}

/** What a Kafka connection was opened with, after the active controller has judged it. */
export interface ProvedCredentials extends Credentials {
  /** Whose they are; for example "User:alice". */
  readonly principal: string;
  /** The newest offset that was judged by. */
  readonly offset: number;
}

/** Whose request it is. The gateway tells, the controller judges. */
export interface Sender {
  readonly requestId: string;
  /** The address of the client, as text. */
  readonly host: string;
  /** Null when it has shown none. */
  readonly credentials: Credentials | null;
}

/** Under which name a change is to be remembered, so that sending it again is as good as once. */
export interface Idempotency {
  readonly key: string;
  /** SHA-256 of what is asked for: the same key with another one is refused. */
  readonly fingerprint: Uint8Array;
  /** How long the answer is remembered. */
  readonly retentionMs: number;
}

/** What the caller must be allowed to do, in the numbers of Kafka's ACLs. */
export interface NeededRight {
  readonly operation: number;
  readonly resourceType: number;
  readonly resourceName: string;
}

export type TokenChange =
  /** The same token again, secret and all, is accepted and changes nothing. */
  | {
      readonly what: "create";
      readonly tokenId: string;
      readonly principal: string;
      readonly secretHash: Uint8Array;
      readonly description: string;
      /** Null for a token that does not expire. */
      readonly lifetimeMs: number | null;
    }
  /** A new secret; the one before is good for `overlapMs` more. */
  | {
      readonly what: "rotate";
      readonly tokenId: string;
      readonly secretHash: Uint8Array;
      readonly overlapMs: number;
    }
  | { readonly what: "revoke"; readonly tokenId: string };

/** What may be told of an access token. */
export interface AccessTokenFacts {
  readonly tokenId: string;
  readonly principal: string;
  readonly description: string;
  readonly createdTimestampMs: number;
  /** Null when it does not expire. */
  readonly expirationTimestampMs: number | null;
  /** Until when the secret before the last rotation is good; null when it is not. */
  readonly previousExpirationTimestampMs: number | null;
}
