/** UnregisterBrokerRecord (record type 1) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, int32, int64, schema } from "../schema.ts";

export const unregisterBrokerRecord = schema("UnregisterBrokerRecord", "0", "0+", {
  brokerId: int32("0+"),
  brokerEpoch: int64("0+"),
});

export type UnregisterBrokerRecord = Decoded<typeof unregisterBrokerRecord>;
