/** ClientQuotaRecord (record type 14) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { array, bool, type Decoded, float64, schema, string } from "../schema.ts";

export const clientQuotaRecord = schema("ClientQuotaRecord", "0", "0+", {
  entity: array("0+", {
    entityType: string("0+"),
    entityName: string("0+", { nullable: "0+" }),
  }),
  key: string("0+"),
  value: float64("0+"),
  remove: bool("0+"),
});

export type ClientQuotaRecord = Decoded<typeof clientQuotaRecord>;
