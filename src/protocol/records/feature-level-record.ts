/** FeatureLevelRecord (record type 12) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, int16, schema, string } from "../schema.ts";

export const featureLevelRecord = schema("FeatureLevelRecord", "0", "0+", {
  name: string("0+"),
  featureLevel: int16("0+"),
});

export type FeatureLevelRecord = Decoded<typeof featureLevelRecord>;
