/** CreateDelegationToken (API key 38), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bytes, type Decoded, int16, int32, int64, schema, string } from "../schema.ts";

export const createDelegationTokenRequest = schema("CreateDelegationTokenRequest", "1-3", "2+", {
  ownerPrincipalType: string("3+", { nullable: "3+" }),
  ownerPrincipalName: string("3+", { nullable: "3+" }),
  renewers: array("0+", {
    principalType: string("0+"),
    principalName: string("0+"),
  }),
  maxLifetimeMs: int64("0+"),
});

export type CreateDelegationTokenRequest = Decoded<typeof createDelegationTokenRequest>;

export const createDelegationTokenResponse = schema("CreateDelegationTokenResponse", "1-3", "2+", {
  errorCode: int16("0+"),
  principalType: string("0+"),
  principalName: string("0+"),
  tokenRequesterPrincipalType: string("3+"),
  tokenRequesterPrincipalName: string("3+"),
  issueTimestampMs: int64("0+"),
  expiryTimestampMs: int64("0+"),
  maxTimestampMs: int64("0+"),
  tokenId: string("0+"),
  hmac: bytes("0+"),
  throttleTimeMs: int32("0+"),
});

export type CreateDelegationTokenResponse = Decoded<typeof createDelegationTokenResponse>;
