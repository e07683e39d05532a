/** AllocateProducerIds (API key 67), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { type Decoded, int16, int32, int64, schema } from "../schema.ts";

export const allocateProducerIdsRequest = schema("AllocateProducerIdsRequest", "0", "0+", {
  brokerId: int32("0+"),
  brokerEpoch: int64("0+", { default: -1n }),
});

export type AllocateProducerIdsRequest = Decoded<typeof allocateProducerIdsRequest>;

export const allocateProducerIdsResponse = schema("AllocateProducerIdsResponse", "0", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  producerIdStart: int64("0+"),
  producerIdLen: int32("0+"),
});

export type AllocateProducerIdsResponse = Decoded<typeof allocateProducerIdsResponse>;
