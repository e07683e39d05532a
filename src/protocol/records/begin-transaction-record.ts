/** BeginTransactionRecord (record type 23) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, schema, string } from "../schema.ts";

export const beginTransactionRecord = schema("BeginTransactionRecord", "0", "0+", {
  name: string("0+", { nullable: "0+", tag: 0, default: null }),
});

export type BeginTransactionRecord = Decoded<typeof beginTransactionRecord>;
