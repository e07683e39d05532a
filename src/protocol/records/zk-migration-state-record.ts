/** ZkMigrationStateRecord (record type 21) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, int8, schema } from "../schema.ts";

export const zkMigrationStateRecord = schema("ZkMigrationStateRecord", "0", "0+", {
  zkMigrationState: int8("0+"),
});

export type ZkMigrationStateRecord = Decoded<typeof zkMigrationStateRecord>;
