/** RemoveAccessControlEntryRecord (record type 19) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, schema, uuid } from "../schema.ts";

export const removeAccessControlEntryRecord = schema("RemoveAccessControlEntryRecord", "0", "0+", {
  id: uuid("0+"),
});

export type RemoveAccessControlEntryRecord = Decoded<typeof removeAccessControlEntryRecord>;
