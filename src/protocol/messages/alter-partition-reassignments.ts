/** AlterPartitionReassignments (API key 45), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bool, type Decoded, int16, int32, schema, string } from "../schema.ts";

export const alterPartitionReassignmentsRequest = schema(
  "AlterPartitionReassignmentsRequest",
  "0-1",
  "0+",
  {
    timeoutMs: int32("0+", { default: 60000 }),
    allowReplicationFactorChange: bool("1+", { default: true }),
    topics: array("0+", {
      name: string("0+"),
      partitions: array("0+", {
        partitionIndex: int32("0+"),
        replicas: array("0+", "int32", { nullable: "0+", default: null }),
      }),
    }),
  },
);

export type AlterPartitionReassignmentsRequest = Decoded<typeof alterPartitionReassignmentsRequest>;

export const alterPartitionReassignmentsResponse = schema(
  "AlterPartitionReassignmentsResponse",
  "0-1",
  "0+",
  {
    throttleTimeMs: int32("0+"),
    allowReplicationFactorChange: bool("1+", { default: true, ignorable: true }),
    errorCode: int16("0+"),
    errorMessage: string("0+", { nullable: "0+" }),
    responses: array("0+", {
      name: string("0+"),
      partitions: array("0+", {
        partitionIndex: int32("0+"),
        errorCode: int16("0+"),
        errorMessage: string("0+", { nullable: "0+" }),
      }),
    }),
  },
);

export type AlterPartitionReassignmentsResponse = Decoded<
  typeof alterPartitionReassignmentsResponse
>;
