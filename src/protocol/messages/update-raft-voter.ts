/** UpdateRaftVoter (API key 82), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import {
  array,
  type Decoded,
  int16,
  int32,
  schema,
  string,
  struct,
  uint16,
  uuid,
} from "../schema.ts";

export const updateRaftVoterRequest = schema("UpdateRaftVoterRequest", "0", "0+", {
  clusterId: string("0+", { nullable: "0+" }),
  currentLeaderEpoch: int32("0+"),
  voterId: int32("0+"),
  voterDirectoryId: uuid("0+"),
  listeners: array("0+", {
    name: string("0+"),
    host: string("0+"),
    port: uint16("0+"),
  }),
  kRaftVersionFeature: struct("0+", {
    minSupportedVersion: int16("0+"),
    maxSupportedVersion: int16("0+"),
  }),
});

export type UpdateRaftVoterRequest = Decoded<typeof updateRaftVoterRequest>;

export const updateRaftVoterResponse = schema("UpdateRaftVoterResponse", "0", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  currentLeader: struct(
    "0+",
    {
      leaderId: int32("0+", { default: -1 }),
      leaderEpoch: int32("0+", { default: -1 }),
      host: string("0+"),
      port: int32("0+"),
    },
    { tag: 0 },
  ),
});

export type UpdateRaftVoterResponse = Decoded<typeof updateRaftVoterResponse>;
