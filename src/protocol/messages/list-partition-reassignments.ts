/** ListPartitionReassignments (API key 46), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int16, int32, schema, string } from "../schema.ts";

export const listPartitionReassignmentsRequest = schema(
  "ListPartitionReassignmentsRequest",
  "0",
  "0+",
  {
    timeoutMs: int32("0+", { default: 60000 }),
    topics: array(
      "0+",
      {
        name: string("0+"),
        partitionIndexes: array("0+", "int32"),
      },
      { nullable: "0+", default: null },
    ),
  },
);

export type ListPartitionReassignmentsRequest = Decoded<typeof listPartitionReassignmentsRequest>;

export const listPartitionReassignmentsResponse = schema(
  "ListPartitionReassignmentsResponse",
  "0",
  "0+",
  {
    throttleTimeMs: int32("0+"),
    errorCode: int16("0+"),
    errorMessage: string("0+", { nullable: "0+" }),
    topics: array("0+", {
      name: string("0+"),
      partitions: array("0+", {
        partitionIndex: int32("0+"),
        replicas: array("0+", "int32"),
        addingReplicas: array("0+", "int32"),
        removingReplicas: array("0+", "int32"),
      }),
    }),
  },
);

export type ListPartitionReassignmentsResponse = Decoded<typeof listPartitionReassignmentsResponse>;
