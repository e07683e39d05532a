/** EndTransactionRecord (record type 24) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, schema } from "../schema.ts";

export const endTransactionRecord = schema("EndTransactionRecord", "0", "0+", {});

export type EndTransactionRecord = Decoded<typeof endTransactionRecord>;
