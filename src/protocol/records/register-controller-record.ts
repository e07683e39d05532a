/** RegisterControllerRecord (record type 27) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import {
  array,
  bool,
  type Decoded,
  int16,
  int32,
  schema,
  string,
  uint16,
  uuid,
} from "../schema.ts";

export const registerControllerRecord = schema("RegisterControllerRecord", "0", "0+", {
  controllerId: int32("0+"),
  incarnationId: uuid("0+"),
  zkMigrationReady: bool("0+"),
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
});

export type RegisterControllerRecord = Decoded<typeof registerControllerRecord>;
