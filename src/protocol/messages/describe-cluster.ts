/** DescribeCluster (API key 60), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bool, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const describeClusterRequest = schema("DescribeClusterRequest", "0-2", "0+", {
  includeClusterAuthorizedOperations: bool("0+"),
  endpointType: int8("1+", { default: 1 }),
  includeFencedBrokers: bool("2+"),
});

export type DescribeClusterRequest = Decoded<typeof describeClusterRequest>;

export const describeClusterResponse = schema("DescribeClusterResponse", "0-2", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  errorMessage: string("0+", { nullable: "0+", default: null }),
  endpointType: int8("1+", { default: 1 }),
  clusterId: string("0+"),
  controllerId: int32("0+", { default: -1 }),
  brokers: array("0+", {
    brokerId: int32("0+"),
    host: string("0+"),
    port: int32("0+"),
    rack: string("0+", { nullable: "0+", default: null }),
    isFenced: bool("2+"),
  }),
  clusterAuthorizedOperations: int32("0+", { default: -2147483648 }),
});

export type DescribeClusterResponse = Decoded<typeof describeClusterResponse>;
