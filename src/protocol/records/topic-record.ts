/** TopicRecord (record type 2) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, schema, string, uuid } from "../schema.ts";

export const topicRecord = schema("TopicRecord", "0", "0+", {
  name: string("0+"),
  topicId: uuid("0+"),
});

export type TopicRecord = Decoded<typeof topicRecord>;
