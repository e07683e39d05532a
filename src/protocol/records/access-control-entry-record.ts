/** AccessControlEntryRecord (record type 18) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, int8, schema, string, uuid } from "../schema.ts";

export const accessControlEntryRecord = schema("AccessControlEntryRecord", "0", "0+", {
  id: uuid("0+"),
  resourceType: int8("0+"),
  resourceName: string("0+"),
  patternType: int8("0+"),
  principal: string("0+"),
  host: string("0+"),
  operation: int8("0+"),
  permissionType: int8("0+"),
});

export type AccessControlEntryRecord = Decoded<typeof accessControlEntryRecord>;
