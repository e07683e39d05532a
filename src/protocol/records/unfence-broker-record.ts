/** UnfenceBrokerRecord (record type 8) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, int32, int64, schema } from "../schema.ts";

export const unfenceBrokerRecord = schema("UnfenceBrokerRecord", "0", "0+", {
  id: int32("0+"),
  epoch: int64("0+"),
});

export type UnfenceBrokerRecord = Decoded<typeof unfenceBrokerRecord>;
