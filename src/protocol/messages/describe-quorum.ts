/** DescribeQuorum (API key 55), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import {
  array,
  type Decoded,
  int16,
  int32,
  int64,
  schema,
  string,
  uint16,
  uuid,
} from "../schema.ts";

export const describeQuorumRequest = schema("DescribeQuorumRequest", "0-2", "0+", {
  topics: array("0+", {
    topicName: string("0+"),
    partitions: array("0+", {
      partitionIndex: int32("0+"),
    }),
  }),
});

export type DescribeQuorumRequest = Decoded<typeof describeQuorumRequest>;

const replicaStateFields = {
  replicaId: int32("0+"),
  replicaDirectoryId: uuid("2+"),
  logEndOffset: int64("0+"),
  lastFetchTimestamp: int64("1+", { default: -1n, ignorable: true }),
  lastCaughtUpTimestamp: int64("1+", { default: -1n, ignorable: true }),
} as const;

export const describeQuorumResponse = schema("DescribeQuorumResponse", "0-2", "0+", {
  errorCode: int16("0+"),
  errorMessage: string("2+", { nullable: "2+", ignorable: true }),
  topics: array("0+", {
    topicName: string("0+"),
    partitions: array("0+", {
      partitionIndex: int32("0+"),
      errorCode: int16("0+"),
      errorMessage: string("2+", { nullable: "2+", ignorable: true }),
      leaderId: int32("0+"),
      leaderEpoch: int32("0+"),
      highWatermark: int64("0+"),
      currentVoters: array("0+", replicaStateFields),
      observers: array("0+", replicaStateFields),
    }),
  }),
  nodes: array("2+", {
    nodeId: int32("2+"),
    listeners: array("2+", {
      name: string("2+"),
      host: string("2+"),
      port: uint16("2+"),
    }),
  }),
});

export type DescribeQuorumResponse = Decoded<typeof describeQuorumResponse>;
