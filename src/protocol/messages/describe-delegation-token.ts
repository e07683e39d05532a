/** DescribeDelegationToken (API key 41), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bytes, type Decoded, int16, int32, int64, schema, string } from "../schema.ts";

export const describeDelegationTokenRequest = schema(
  "DescribeDelegationTokenRequest",
  "1-3",
  "2+",
  {
    owners: array(
      "0+",
      {
        principalType: string("0+"),
        principalName: string("0+"),
      },
      { nullable: "0+" },
    ),
  },
);

export type DescribeDelegationTokenRequest = Decoded<typeof describeDelegationTokenRequest>;

export const describeDelegationTokenResponse = schema(
  "DescribeDelegationTokenResponse",
  "1-3",
  "2+",
  {
    errorCode: int16("0+"),
    tokens: array("0+", {
      principalType: string("0+"),
      principalName: string("0+"),
      tokenRequesterPrincipalType: string("3+"),
      tokenRequesterPrincipalName: string("3+"),
      issueTimestamp: int64("0+"),
      expiryTimestamp: int64("0+"),
      maxTimestamp: int64("0+"),
      tokenId: string("0+"),
      hmac: bytes("0+"),
      renewers: array("0+", {
        principalType: string("0+"),
        principalName: string("0+"),
      }),
    }),
    throttleTimeMs: int32("0+"),
  },
);

export type DescribeDelegationTokenResponse = Decoded<typeof describeDelegationTokenResponse>;
