/** RemoveDelegationTokenRecord (record type 26) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, schema, string } from "../schema.ts";

export const removeDelegationTokenRecord = schema("RemoveDelegationTokenRecord", "0", "0+", {
  tokenId: string("0+"),
});

export type RemoveDelegationTokenRecord = Decoded<typeof removeDelegationTokenRecord>;
