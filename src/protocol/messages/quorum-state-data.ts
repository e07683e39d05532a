/** QuorumStateData, as Apache Kafka 4.4.0 defines it. */

import { array, type Decoded, int32, int64, schema, string, uuid } from "../schema.ts";

export const quorumStateData = schema("QuorumStateData", "0-1", "0+", {
  clusterId: string("0"),
  leaderId: int32("0+", { default: -1 }),
  leaderEpoch: int32("0+", { default: -1 }),
  votedId: int32("0+", { default: -1 }),
  votedDirectoryId: uuid("1+"),
  appliedOffset: int64("0"),
  currentVoters: array(
    "0",
    {
      voterId: int32("0"),
    },
    { nullable: "0" },
  ),
});

export type QuorumStateData = Decoded<typeof quorumStateData>;
