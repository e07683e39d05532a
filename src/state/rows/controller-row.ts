/** The row of a registered controller. */

import { array, int32, schema, uuid } from "../../protocol/schema.ts";
import type { ControllerState } from "../metadata-view.ts";
import { ENDPOINT_FIELDS, FEATURE_RANGE_FIELDS } from "./broker-row.ts";
import { rowFormat } from "./row-format.ts";

const controllerRowSchema = schema("ControllerRow", "0", "0+", {
  controllerId: int32("0+"),
  incarnationId: uuid("0+"),
  endpoints: array("0+", ENDPOINT_FIELDS),
  features: array("0+", FEATURE_RANGE_FIELDS),
});

export const controllerRow = rowFormat(
  controllerRowSchema,
  (controller: ControllerState) => controller,
  (body): ControllerState => body,
);
