/** RemoveUserScramCredentialRecord (record type 22) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, int8, schema, string } from "../schema.ts";

export const removeUserScramCredentialRecord = schema(
  "RemoveUserScramCredentialRecord",
  "0",
  "0+",
  {
    name: string("0+"),
    mechanism: int8("0+"),
  },
);

export type RemoveUserScramCredentialRecord = Decoded<typeof removeUserScramCredentialRecord>;
