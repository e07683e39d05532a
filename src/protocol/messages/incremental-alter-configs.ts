/** IncrementalAlterConfigs (API key 44), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bool, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const incrementalAlterConfigsRequest = schema(
  "IncrementalAlterConfigsRequest",
  "0-1",
  "1+",
  {
    resources: array("0+", {
      resourceType: int8("0+"),
      resourceName: string("0+"),
      configs: array("0+", {
        name: string("0+"),
        configOperation: int8("0+"),
        value: string("0+", { nullable: "0+" }),
      }),
    }),
    validateOnly: bool("0+"),
  },
);

export type IncrementalAlterConfigsRequest = Decoded<typeof incrementalAlterConfigsRequest>;

export const incrementalAlterConfigsResponse = schema(
  "IncrementalAlterConfigsResponse",
  "0-1",
  "1+",
  {
    throttleTimeMs: int32("0+"),
    responses: array("0+", {
      errorCode: int16("0+"),
      errorMessage: string("0+", { nullable: "0+" }),
      resourceType: int8("0+"),
      resourceName: string("0+"),
    }),
  },
);

export type IncrementalAlterConfigsResponse = Decoded<typeof incrementalAlterConfigsResponse>;
