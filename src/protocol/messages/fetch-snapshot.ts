/** FetchSnapshot (API key 59), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import {
  array,
  type Decoded,
  int16,
  int32,
  int64,
  records,
  schema,
  string,
  struct,
  uint16,
  uuid,
} from "../schema.ts";

export const fetchSnapshotRequest = schema("FetchSnapshotRequest", "0-1", "0+", {
  clusterId: string("0+", { nullable: "0+", tag: 0, default: null }),
  replicaId: int32("0+", { default: -1 }),
  maxBytes: int32("0+", { default: 2147483647 }),
  topics: array("0+", {
    name: string("0+"),
    partitions: array("0+", {
      partition: int32("0+"),
      currentLeaderEpoch: int32("0+"),
      snapshotId: struct("0+", {
        endOffset: int64("0+"),
        epoch: int32("0+"),
      }),
      position: int64("0+"),
      replicaDirectoryId: uuid("1+", { tag: 0, ignorable: true }),
    }),
  }),
});

export type FetchSnapshotRequest = Decoded<typeof fetchSnapshotRequest>;

export const fetchSnapshotResponse = schema("FetchSnapshotResponse", "0-1", "0+", {
  throttleTimeMs: int32("0+", { ignorable: true }),
  errorCode: int16("0+"),
  topics: array("0+", {
    name: string("0+"),
    partitions: array("0+", {
      index: int32("0+"),
      errorCode: int16("0+"),
      snapshotId: struct("0+", {
        endOffset: int64("0+"),
        epoch: int32("0+"),
      }),
      currentLeader: struct(
        "0+",
        {
          leaderId: int32("0+"),
          leaderEpoch: int32("0+"),
        },
        { tag: 0 },
      ),
      size: int64("0+"),
      position: int64("0+"),
      unalignedRecords: records("0+"),
    }),
  }),
  nodeEndpoints: array(
    "1+",
    {
      nodeId: int32("1+"),
      host: string("1+"),
      port: uint16("1+"),
    },
    { tag: 0 },
  ),
});

export type FetchSnapshotResponse = Decoded<typeof fetchSnapshotResponse>;
