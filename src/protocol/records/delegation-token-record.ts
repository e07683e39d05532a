/** DelegationTokenRecord (record type 10) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { array, type Decoded, int64, schema, string } from "../schema.ts";

export const delegationTokenRecord = schema("DelegationTokenRecord", "0", "0+", {
  owner: string("0+"),
  requester: string("0+"),
  renewers: array("0+", "string"),
  issueTimestamp: int64("0+"),
  maxTimestamp: int64("0+"),
  expirationTimestamp: int64("0+"),
  tokenId: string("0+"),
});

export type DelegationTokenRecord = Decoded<typeof delegationTokenRecord>;
