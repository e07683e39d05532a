/** DeleteTopics (API key 20), as Apache Kafka 4.4.0 defines it: https://kafka.apache.org/protocol */

import { array, type Decoded, int16, int32, schema, string, uuid } from "../schema.ts";

export const deleteTopicsRequest = schema("DeleteTopicsRequest", "1-6", "4+", {
  topics: array("6+", {
    name: string("6+", { nullable: "6+", default: null }),
    topicId: uuid("6+"),
  }),
  topicNames: array("0-5", "string", { ignorable: true }),
  timeoutMs: int32("0+"),
});

export type DeleteTopicsRequest = Decoded<typeof deleteTopicsRequest>;

export const deleteTopicsResponse = schema("DeleteTopicsResponse", "1-6", "4+", {
  throttleTimeMs: int32("1+", { ignorable: true }),
  responses: array("0+", {
    name: string("0+", { nullable: "6+" }),
    topicId: uuid("6+", { ignorable: true }),
    errorCode: int16("0+"),
    errorMessage: string("5+", { nullable: "5+", default: null, ignorable: true }),
  }),
});

export type DeleteTopicsResponse = Decoded<typeof deleteTopicsResponse>;
