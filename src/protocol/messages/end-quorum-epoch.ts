/** EndQuorumEpoch (API key 54), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int16, int32, schema, string, uint16, uuid } from "../schema.ts";

export const endQuorumEpochRequest = schema("EndQuorumEpochRequest", "0-1", "1+", {
  clusterId: string("0+", { nullable: "0+", default: null }),
  topics: array("0+", {
    topicName: string("0+"),
    partitions: array("0+", {
      partitionIndex: int32("0+"),
      leaderId: int32("0+"),
      leaderEpoch: int32("0+"),
      preferredSuccessors: array("0", "int32", { ignorable: true }),
      preferredCandidates: array(
        "1+",
        {
          candidateId: int32("1+"),
          candidateDirectoryId: uuid("1+"),
        },
        { ignorable: true },
      ),
    }),
  }),
  leaderEndpoints: array(
    "1+",
    {
      name: string("1+"),
      host: string("1+"),
      port: uint16("1+"),
    },
    { ignorable: true },
  ),
});

export type EndQuorumEpochRequest = Decoded<typeof endQuorumEpochRequest>;

export const endQuorumEpochResponse = schema("EndQuorumEpochResponse", "0-1", "1+", {
  errorCode: int16("0+"),
  topics: array("0+", {
    topicName: string("0+"),
    partitions: array("0+", {
      partitionIndex: int32("0+"),
      errorCode: int16("0+"),
      leaderId: int32("0+"),
      leaderEpoch: int32("0+"),
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

export type EndQuorumEpochResponse = Decoded<typeof endQuorumEpochResponse>;
