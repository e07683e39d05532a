/** UserScramCredentialRecord (record type 11) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { bytes, type Decoded, int8, int32, schema, string } from "../schema.ts";

export const userScramCredentialRecord = schema("UserScramCredentialRecord", "0", "0+", {
  name: string("0+"),
  mechanism: int8("0+"),
  salt: bytes("0+"),
  storedKey: bytes("0+"),
  serverKey: bytes("0+"),
  iterations: int32("0+"),
});

export type UserScramCredentialRecord = Decoded<typeof userScramCredentialRecord>;
