/** AddRaftVoter (API key 80), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import {
  array,
  bool,
  type Decoded,
  int16,
  int32,
  schema,
  string,
  uint16,
  uuid,
} from "../schema.ts";

export const addRaftVoterRequest = schema("AddRaftVoterRequest", "0-1", "0+", {
  clusterId: string("0+", { nullable: "0+" }),
  timeoutMs: int32("0+"),
  voterId: int32("0+"),
  voterDirectoryId: uuid("0+"),
  listeners: array("0+", {
    name: string("0+"),
    host: string("0+"),
    port: uint16("0+"),
  }),
  ackWhenCommitted: bool("1+", { default: true }),
});

export type AddRaftVoterRequest = Decoded<typeof addRaftVoterRequest>;

export const addRaftVoterResponse = schema("AddRaftVoterResponse", "0-1", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  errorMessage: string("0+", { nullable: "0+", ignorable: true }),
});

export type AddRaftVoterResponse = Decoded<typeof addRaftVoterResponse>;
