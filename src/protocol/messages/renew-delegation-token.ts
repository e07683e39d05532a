/** RenewDelegationToken (API key 39), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { bytes, type Decoded, int16, int32, int64, schema } from "../schema.ts";

export const renewDelegationTokenRequest = schema("RenewDelegationTokenRequest", "1-2", "2+", {
  hmac: bytes("0+"),
  renewPeriodMs: int64("0+"),
});

export type RenewDelegationTokenRequest = Decoded<typeof renewDelegationTokenRequest>;

export const renewDelegationTokenResponse = schema("RenewDelegationTokenResponse", "1-2", "2+", {
  errorCode: int16("0+"),
  expiryTimestampMs: int64("0+"),
  throttleTimeMs: int32("0+"),
});

export type RenewDelegationTokenResponse = Decoded<typeof renewDelegationTokenResponse>;
