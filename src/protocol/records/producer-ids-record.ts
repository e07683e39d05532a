/** ProducerIdsRecord (record type 15) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, int32, int64, schema } from "../schema.ts";

export const producerIdsRecord = schema("ProducerIdsRecord", "0", "0+", {
  brokerId: int32("0+"),
  brokerEpoch: int64("0+", { default: -1n }),
  nextProducerId: int64("0+"),
});

export type ProducerIdsRecord = Decoded<typeof producerIdsRecord>;
