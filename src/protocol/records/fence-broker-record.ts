/** FenceBrokerRecord (record type 7) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, int32, int64, schema } from "../schema.ts";

export const fenceBrokerRecord = schema("FenceBrokerRecord", "0", "0+", {
  id: int32("0+"),
  epoch: int64("0+"),
});

export type FenceBrokerRecord = Decoded<typeof fenceBrokerRecord>;
