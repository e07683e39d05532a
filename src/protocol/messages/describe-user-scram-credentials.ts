/** DescribeUserScramCredentials (API key 50), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const describeUserScramCredentialsRequest = schema(
  "DescribeUserScramCredentialsRequest",
  "0",
  "0+",
  {
    users: array(
      "0+",
      {
        name: string("0+"),
      },
      { nullable: "0+" },
    ),
  },
);

export type DescribeUserScramCredentialsRequest = Decoded<
  typeof describeUserScramCredentialsRequest
>;

export const describeUserScramCredentialsResponse = schema(
  "DescribeUserScramCredentialsResponse",
  "0",
  "0+",
  {
    throttleTimeMs: int32("0+"),
    errorCode: int16("0+"),
    errorMessage: string("0+", { nullable: "0+" }),
    results: array("0+", {
      user: string("0+"),
      errorCode: int16("0+"),
      errorMessage: string("0+", { nullable: "0+" }),
      credentialInfos: array("0+", {
        mechanism: int8("0+"),
        iterations: int32("0+"),
      }),
    }),
  },
);

export type DescribeUserScramCredentialsResponse = Decoded<
  typeof describeUserScramCredentialsResponse
>;
