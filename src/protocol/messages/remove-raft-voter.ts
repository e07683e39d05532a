/** RemoveRaftVoter (API key 81), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { type Decoded, int16, int32, schema, string, uuid } from "../schema.ts";

export const removeRaftVoterRequest = schema("RemoveRaftVoterRequest", "0", "0+", {
  clusterId: string("0+", { nullable: "0+" }),
  voterId: int32("0+"),
  voterDirectoryId: uuid("0+"),
});

export type RemoveRaftVoterRequest = Decoded<typeof removeRaftVoterRequest>;

export const removeRaftVoterResponse = schema("RemoveRaftVoterResponse", "0", "0+", {
  throttleTimeMs: int32("0+"),
  errorCode: int16("0+"),
  errorMessage: string("0+", { nullable: "0+", ignorable: true }),
});

export type RemoveRaftVoterResponse = Decoded<typeof removeRaftVoterResponse>;
