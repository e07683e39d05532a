/** NoOpRecord (record type 20) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, schema } from "../schema.ts";

export const noOpRecord = schema("NoOpRecord", "0", "0+", {});

export type NoOpRecord = Decoded<typeof noOpRecord>;
