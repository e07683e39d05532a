/** AbortTransactionRecord (record type 25) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, schema, string } from "../schema.ts";

export const abortTransactionRecord = schema("AbortTransactionRecord", "0", "0+", {
  reason: string("0+", { nullable: "0+", tag: 0, default: null }),
});

export type AbortTransactionRecord = Decoded<typeof abortTransactionRecord>;
