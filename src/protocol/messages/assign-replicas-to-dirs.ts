/** AssignReplicasToDirs (API key 73), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int16, int32, int64, schema, uuid } from "../schema.ts";

export const assignReplicasToDirsRequest = schema("AssignReplicasToDirsRequest", "0", "0+", {
  brokerId: int32("0+"),
  brokerEpoch: int64("0+", { default: -1n }),
  directories: array("0+", {
    id: uuid("0+"),
    topics: array("0+", {
      topicId: uuid("0+"),
      partitions: array("0+", {
        partitionIndex: int32("0+"),
      }),
    }),
  }),
});

export type AssignReplicasToDirsRequest = Decoded<typeof assignReplicasToDirsRequest>;

export const assignReplicasToDirsResponse = schema("AssignReplicasToDirsResponse", "0", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  directories: array("0+", {
    id: uuid("0+"),
    topics: array("0+", {
      topicId: uuid("0+"),
      partitions: array("0+", {
        partitionIndex: int32("0+"),
        errorCode: int16("0+"),
      }),
    }),
  }),
});

export type AssignReplicasToDirsResponse = Decoded<typeof assignReplicasToDirsResponse>;
