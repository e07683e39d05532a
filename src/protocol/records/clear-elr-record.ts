/** ClearElrRecord (record type 28) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, schema, string } from "../schema.ts";

export const clearElrRecord = schema("ClearElrRecord", "0", "0+", {
  topicName: string("0+"),
});

export type ClearElrRecord = Decoded<typeof clearElrRecord>;
