/** DescribeAcls (API key 29), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const describeAclsRequest = schema("DescribeAclsRequest", "1-3", "2+", {
  resourceTypeFilter: int8("0+"),
  resourceNameFilter: string("0+", { nullable: "0+" }),
  patternTypeFilter: int8("1+", { default: 3 }),
  principalFilter: string("0+", { nullable: "0+" }),
  hostFilter: string("0+", { nullable: "0+" }),
  operation: int8("0+"),
  permissionType: int8("0+"),
});

export type DescribeAclsRequest = Decoded<typeof describeAclsRequest>;

export const describeAclsResponse = schema("DescribeAclsResponse", "1-3", "2+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  errorMessage: string("0+", { nullable: "0+" }),
  resources: array("0+", {
    resourceType: int8("0+"),
    resourceName: string("0+"),
    patternType: int8("1+", { default: 3 }),
    acls: array("0+", {
      principal: string("0+"),
      host: string("0+"),
      operation: int8("0+"),
      permissionType: int8("0+"),
    }),
  }),
});

export type DescribeAclsResponse = Decoded<typeof describeAclsResponse>;
