/** BrokerRegistration (API key 62), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

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

export const brokerRegistrationRequest = schema("BrokerRegistrationRequest", "0-4", "0+", {
  brokerId: int32("0+"),
  clusterId: string("0+"),
  incarnationId: uuid("0+"),
  listeners: array("0+", {
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
  isMigratingZkBroker: bool("1+"),
  logDirs: array("2+", "uuid", { ignorable: true }),
  previousBrokerEpoch: int64("3+", { default: -1n, ignorable: true }),
});

export type BrokerRegistrationRequest = Decoded<typeof brokerRegistrationRequest>;

export const brokerRegistrationResponse = schema("BrokerRegistrationResponse", "0-4", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  brokerEpoch: int64("0+", { default: -1n }),
});

export type BrokerRegistrationResponse = Decoded<typeof brokerRegistrationResponse>;
