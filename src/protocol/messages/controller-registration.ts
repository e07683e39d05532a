/** ControllerRegistration (API key 70), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

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

export const controllerRegistrationRequest = schema("ControllerRegistrationRequest", "0", "0+", {
  controllerId: int32("0+"),
  incarnationId: uuid("0+"),
  zkMigrationReady: bool("0+"),
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
});

export type ControllerRegistrationRequest = Decoded<typeof controllerRegistrationRequest>;

export const controllerRegistrationResponse = schema("ControllerRegistrationResponse", "0", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  errorMessage: string("0+", { nullable: "0+" }),
});

export type ControllerRegistrationResponse = Decoded<typeof controllerRegistrationResponse>;
