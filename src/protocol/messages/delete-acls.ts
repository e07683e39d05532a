/** DeleteAcls (API key 31), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const deleteAclsRequest = schema("DeleteAclsRequest", "1-3", "2+", {
  filters: array("0+", {
    resourceTypeFilter: int8("0+"),
    resourceNameFilter: string("0+", { nullable: "0+" }),
    patternTypeFilter: int8("1+", { default: 3 }),
    principalFilter: string("0+", { nullable: "0+" }),
    hostFilter: string("0+", { nullable: "0+" }),
    operation: int8("0+"),
    permissionType: int8("0+"),
  }),
});

export type DeleteAclsRequest = Decoded<typeof deleteAclsRequest>;

export const deleteAclsResponse = schema("DeleteAclsResponse", "1-3", "2+", {
  throttleTimeMs: int32("0+"),
  filterResults: array("0+", {
    errorCode: int16("0+"),
    errorMessage: string("0+", { nullable: "0+" }),
    matchingAcls: array("0+", {
      errorCode: int16("0+"),
      errorMessage: string("0+", { nullable: "0+" }),
      resourceType: int8("0+"),
      resourceName: string("0+"),
      patternType: int8("1+", { default: 3 }),
      principal: string("0+"),
      host: string("0+"),
      operation: int8("0+"),
      permissionType: int8("0+"),
    }),
  }),
});

export type DeleteAclsResponse = Decoded<typeof deleteAclsResponse>;
