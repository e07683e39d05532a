/** The shapes of the log and of the image. */

import * as v from "valibot";
import { count, int, list } from "./shape.ts";

const LogRecord = v.strictObject({
  offset: count,
  epoch: int,
  timestamp_ms: int,
  control: v.boolean(),
  type: v.string(),
  version: int,
  data: v.pipe(
    v.looseObject({}),
    v.description(
      "The record as Kafka's own tools print it; bytes are base64, secrets are [hidden].",
    ),
  ),
});

export const LOG_SHAPES = {
  LogRecord,
  KafkaMetadataRecordList: list("KafkaMetadataRecordList", LogRecord, {
    next_offset: count,
    high_watermark: count,
  }),
  ImageLine: v.looseObject({
    type: v.picklist([
      "IMAGE",
      "FEATURE",
      "CONTROLLER",
      "BROKER",
      "TOPIC",
      "PARTITION",
      "CONFIG",
      "CLIENT_QUOTA",
      "SCRAM_CREDENTIAL",
      "DELEGATION_TOKEN",
      "ACL",
      "PRODUCER_IDS",
      "END",
    ]),
  }),
};
