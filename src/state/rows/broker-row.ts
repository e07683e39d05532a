/** The row of a registered broker. */

import {
  array,
  bool,
  int16,
  int32,
  int64,
  schema,
  string,
  uint16,
  uuid,
} from "../../protocol/schema.ts";
import type { BrokerState } from "../metadata-view.ts";
import { rowFormat } from "./row-format.ts";

/** Shared with the row of a controller. */
export const ENDPOINT_FIELDS = {
  name: string("0+"),
  host: string("0+"),
  port: uint16("0+"),
  securityProtocol: int16("0+"),
} as const;

export const FEATURE_RANGE_FIELDS = {
  name: string("0+"),
  minVersion: int16("0+"),
  maxVersion: int16("0+"),
} as const;

const brokerRowSchema = schema("BrokerRow", "0", "0+", {
  brokerId: int32("0+"),
  epoch: int64("0+"),
  incarnationId: uuid("0+"),
  endpoints: array("0+", ENDPOINT_FIELDS),
  features: array("0+", FEATURE_RANGE_FIELDS),
  rack: string("0+", { nullable: "0+" }),
  fenced: bool("0+"),
  inControlledShutdown: bool("0+"),
  logDirs: array("0+", "uuid"),
  cordonedLogDirs: array("0+", "uuid", { nullable: "0+" }),
  registrationOffset: int64("0+"),
});

export const brokerRow = rowFormat(
  brokerRowSchema,
  (broker: BrokerState) => ({
    ...broker,
    epoch: BigInt(broker.epoch),
    registrationOffset: BigInt(broker.registrationOffset),
  }),
  (body): BrokerState => ({
    ...body,
    epoch: Number(body.epoch),
    registrationOffset: Number(body.registrationOffset),
  }),
);
