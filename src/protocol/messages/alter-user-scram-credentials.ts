/** AlterUserScramCredentials (API key 51), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bytes, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const alterUserScramCredentialsRequest = schema(
  "AlterUserScramCredentialsRequest",
  "0",
  "0+",
  {
    deletions: array("0+", {
      name: string("0+"),
      mechanism: int8("0+"),
    }),
    upsertions: array("0+", {
      name: string("0+"),
      mechanism: int8("0+"),
      iterations: int32("0+"),
      salt: bytes("0+"),
      saltedPassword: bytes("0+"),
    }),
  },
);

export type AlterUserScramCredentialsRequest = Decoded<typeof alterUserScramCredentialsRequest>;

export const alterUserScramCredentialsResponse = schema(
  "AlterUserScramCredentialsResponse",
  "0",
  "0+",
  {
    throttleTimeMs: int32("0+"),
    results: array("0+", {
      user: string("0+"),
      errorCode: int16("0+"),
      errorMessage: string("0+", { nullable: "0+" }),
    }),
  },
);

export type AlterUserScramCredentialsResponse = Decoded<typeof alterUserScramCredentialsResponse>;
