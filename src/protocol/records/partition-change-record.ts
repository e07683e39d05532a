/** PartitionChangeRecord (record type 5) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { array, type Decoded, int8, int32, schema, uuid } from "../schema.ts";

export const partitionChangeRecord = schema("PartitionChangeRecord", "0-2", "0+", {
  partitionId: int32("0+", { default: -1 }),
  topicId: uuid("0+"),
  isr: array("0+", "int32", { nullable: "0+", tag: 0, default: null }),
  leader: int32("0+", { tag: 1, default: -2 }),
  replicas: array("0+", "int32", { nullable: "0+", tag: 2, default: null }),
  removingReplicas: array("0+", "int32", { nullable: "0+", tag: 3, default: null }),
  addingReplicas: array("0+", "int32", { nullable: "0+", tag: 4, default: null }),
  leaderRecoveryState: int8("0+", { tag: 5, default: -1 }),
  directories: array("1+", "uuid", { nullable: "1+", tag: 8, default: null }),
  eligibleLeaderReplicas: array("2+", "int32", { nullable: "2+", tag: 6, default: null }),
  lastKnownElr: array("2+", "int32", { nullable: "2+", tag: 7, default: null }),
});

export type PartitionChangeRecord = Decoded<typeof partitionChangeRecord>;
