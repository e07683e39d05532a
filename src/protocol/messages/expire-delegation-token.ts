/** ExpireDelegationToken (API key 40), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { bytes, type Decoded, int16, int32, int64, schema } from "../schema.ts";

export const expireDelegationTokenRequest = schema("ExpireDelegationTokenRequest", "1-2", "2+", {
  hmac: bytes("0+"),
  expiryTimePeriodMs: int64("0+"),
});

export type ExpireDelegationTokenRequest = Decoded<typeof expireDelegationTokenRequest>;

export const expireDelegationTokenResponse = schema("ExpireDelegationTokenResponse", "1-2", "2+", {
  errorCode: int16("0+"),
  expiryTimestampMs: int64("0+"),
  throttleTimeMs: int32("0+"),
});

export type ExpireDelegationTokenResponse = Decoded<typeof expireDelegationTokenResponse>;
