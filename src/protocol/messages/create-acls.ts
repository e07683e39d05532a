/** CreateAcls (API key 30), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const createAclsRequest = schema("CreateAclsRequest", "1-3", "2+", {
  creations: array("0+", {
    resourceType: int8("0+"),
    resourceName: string("0+"),
    resourcePatternType: int8("1+", { default: 3 }),
    principal: string("0+"),
    host: string("0+"),
    operation: int8("0+"),
    permissionType: int8("0+"),
  }),
});

export type CreateAclsRequest = Decoded<typeof createAclsRequest>;

export const createAclsResponse = schema("CreateAclsResponse", "1-3", "2+", {
  throttleTimeMs: int32("0+"),
  results: array("0+", {
    errorCode: int16("0+"),
    errorMessage: string("0+", { nullable: "0+" }),
  }),
});

export type CreateAclsResponse = Decoded<typeof createAclsResponse>;
