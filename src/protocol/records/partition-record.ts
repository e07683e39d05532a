/** PartitionRecord (record type 3) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { array, type Decoded, int8, int32, schema, uuid } from "../schema.ts";

export const partitionRecord = schema("PartitionRecord", "0-2", "0+", {
  partitionId: int32("0+", { default: -1 }),
  topicId: uuid("0+"),
  replicas: array("0+", "int32"),
  isr: array("0+", "int32"),
  removingReplicas: array("0+", "int32"),
  addingReplicas: array("0+", "int32"),
  leader: int32("0+", { default: -1 }),
  leaderRecoveryState: int8("0+", { tag: 0 }),
  leaderEpoch: int32("0+", { default: -1 }),
  partitionEpoch: int32("0+", { default: -1 }),
  directories: array("1+", "uuid"),
  eligibleLeaderReplicas: array("2+", "int32", { nullable: "2+", tag: 1, default: null }),
  lastKnownElr: array("2+", "int32", { nullable: "2+", tag: 2, default: null }),
});

export type PartitionRecord = Decoded<typeof partitionRecord>;
