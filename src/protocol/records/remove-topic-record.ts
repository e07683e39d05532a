/** RemoveTopicRecord (record type 9) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, schema, uuid } from "../schema.ts";

export const removeTopicRecord = schema("RemoveTopicRecord", "0", "0+", {
  topicId: uuid("0+"),
});

export type RemoveTopicRecord = Decoded<typeof removeTopicRecord>;
