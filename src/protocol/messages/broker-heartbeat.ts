/** BrokerHeartbeat (API key 63), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bool, type Decoded, int16, int32, int64, schema } from "../schema.ts";

export const brokerHeartbeatRequest = schema("BrokerHeartbeatRequest", "0-2", "0+", {
  brokerId: int32("0+"),
  brokerEpoch: int64("0+", { default: -1n }),
  currentMetadataOffset: int64("0+"),
  wantFence: bool("0+"),
  wantShutDown: bool("0+"),
  offlineLogDirs: array("1+", "uuid", { tag: 0 }),
  cordonedLogDirs: array("2+", "uuid", { nullable: "2+", tag: 1, default: null }),
});

export type BrokerHeartbeatRequest = Decoded<typeof brokerHeartbeatRequest>;

export const brokerHeartbeatResponse = schema("BrokerHeartbeatResponse", "0-2", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  isCaughtUp: bool("0+"),
  isFenced: bool("0+", { default: true }),
  shouldShutDown: bool("0+"),
});

export type BrokerHeartbeatResponse = Decoded<typeof brokerHeartbeatResponse>;
