/** ElectLeaders (API key 43), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int8, int16, int32, schema, string } from "../schema.ts";

export const electLeadersRequest = schema("ElectLeadersRequest", "0-2", "2+", {
  electionType: int8("1+"),
  topicPartitions: array(
    "0+",
    {
      topic: string("0+"),
      partitions: array("0+", "int32"),
    },
    { nullable: "0+" },
  ),
  timeoutMs: int32("0+", { default: 60000 }),
});

export type ElectLeadersRequest = Decoded<typeof electLeadersRequest>;

export const electLeadersResponse = schema("ElectLeadersResponse", "0-2", "2+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("1+"),
  replicaElectionResults: array("0+", {
    topic: string("0+"),
    partitionResult: array("0+", {
      partitionId: int32("0+"),
      errorCode: int16("0+"),
      errorMessage: string("0+", { nullable: "0+" }),
    }),
  }),
});

export type ElectLeadersResponse = Decoded<typeof electLeadersResponse>;
