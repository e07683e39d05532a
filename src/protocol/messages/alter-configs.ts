/** AlterConfigs (API key 33), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bool, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const alterConfigsRequest = schema("AlterConfigsRequest", "0-2", "2+", {
  resources: array("0+", {
    resourceType: int8("0+"),
    resourceName: string("0+"),
    configs: array("0+", {
      name: string("0+"),
      value: string("0+", { nullable: "0+" }),
    }),
  }),
  validateOnly: bool("0+"),
});

export type AlterConfigsRequest = Decoded<typeof alterConfigsRequest>;

export const alterConfigsResponse = schema("AlterConfigsResponse", "0-2", "2+", {
  throttleTimeMs: int32("0+"),
  responses: array("0+", {
    errorCode: int16("0+"),
    errorMessage: string("0+", { nullable: "0+" }),
    resourceType: int8("0+"),
    resourceName: string("0+"),
  }),
});

export type AlterConfigsResponse = Decoded<typeof alterConfigsResponse>;
