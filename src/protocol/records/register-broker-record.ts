/** RegisterBrokerRecord (record type 0) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import {
  array,
  bool,
  type Decoded,
  int16,
  int32,
  int64,
  schema,
  string,
  uint16,
  uuid,
} from "../schema.ts";

export const registerBrokerRecord = schema("RegisterBrokerRecord", "0-4", "0+", {
  brokerId: int32("0+"),
  isMigratingZkBroker: bool("2+"),
  incarnationId: uuid("0+"),
  brokerEpoch: int64("0+"),
  endPoints: array("0+", {
    name: string("0+"),
    host: string("0+"),
    port: uint16("0+"),
    securityProtocol: int16("0+"),
  }),
  features: array("0+", {
    name: string("0+"),
    minSupportedVersion: int16("0+"),
    maxSupportedVersion: int16("0+"),
  }),
  rack: string("0+", { nullable: "0+" }),
  fenced: bool("0+", { default: true }),
  inControlledShutdown: bool("1+"),
  logDirs: array("3+", "uuid", { tag: 0 }),
  cordonedLogDirs: array("4+", "uuid", { nullable: "4+", tag: 1, default: null }),
});

export type RegisterBrokerRecord = Decoded<typeof registerBrokerRecord>;
