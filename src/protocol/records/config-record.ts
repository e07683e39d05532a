/** ConfigRecord (record type 4) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, int8, schema, string } from "../schema.ts";

export const configRecord = schema("ConfigRecord", "0", "0+", {
  resourceType: int8("0+"),
  resourceName: string("0+"),
  name: string("0+"),
  value: string("0+", { nullable: "0+" }),
});

export type ConfigRecord = Decoded<typeof configRecord>;
