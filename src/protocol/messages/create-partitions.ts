/** CreatePartitions (API key 37), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, bool, type Decoded, int16, int32, schema, string } from "../schema.ts";

export const createPartitionsRequest = schema("CreatePartitionsRequest", "0-3", "2+", {
  topics: array("0+", {
    name: string("0+"),
    count: int32("0+"),
    assignments: array(
      "0+",
      {
        brokerIds: array("0+", "int32"),
      },
      { nullable: "0+" },
    ),
  }),
  timeoutMs: int32("0+"),
  validateOnly: bool("0+"),
});

export type CreatePartitionsRequest = Decoded<typeof createPartitionsRequest>;

export const createPartitionsResponse = schema("CreatePartitionsResponse", "0-3", "2+", {
  throttleTimeMs: int32("0+"),
  results: array("0+", {
    name: string("0+"),
    errorCode: int16("0+"),
    errorMessage: string("0+", { nullable: "0+", default: null }),
  }),
});

export type CreatePartitionsResponse = Decoded<typeof createPartitionsResponse>;
