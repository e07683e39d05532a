/** AlterPartition (API key 56), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int8, int16, int32, int64, schema, uuid } from "../schema.ts";

export const alterPartitionRequest = schema("AlterPartitionRequest", "2-3", "0+", {
  brokerId: int32("0+"),
  brokerEpoch: int64("0+", { default: -1n }),
  topics: array("0+", {
    topicId: uuid("2+", { ignorable: true }),
    partitions: array("0+", {
      partitionIndex: int32("0+"),
      leaderEpoch: int32("0+"),
      newIsr: array("0-2", "int32"),
      newIsrWithEpochs: array("3+", {
        brokerId: int32("3+"),
        brokerEpoch: int64("3+", { default: -1n }),
      }),
      leaderRecoveryState: int8("1+"),
      partitionEpoch: int32("0+"),
    }),
  }),
});

export type AlterPartitionRequest = Decoded<typeof alterPartitionRequest>;

export const alterPartitionResponse = schema("AlterPartitionResponse", "2-3", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  topics: array("0+", {
    topicId: uuid("2+", { ignorable: true }),
    partitions: array("0+", {
      partitionIndex: int32("0+"),
      errorCode: int16("0+"),
      leaderId: int32("0+"),
      leaderEpoch: int32("0+"),
      isr: array("0+", "int32"),
      leaderRecoveryState: int8("1+", { ignorable: true }),
      partitionEpoch: int32("0+"),
    }),
  }),
});

export type AlterPartitionResponse = Decoded<typeof alterPartitionResponse>;
