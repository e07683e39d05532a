/** UnregisterControllerRecord (record type 29) of the metadata log, as Apache Kafka 4.4.0 defines it. */

import { type Decoded, int32, schema } from "../schema.ts";

export const unregisterControllerRecord = schema("UnregisterControllerRecord", "0", "0+", {
  controllerId: int32("0+"),
});

export type UnregisterControllerRecord = Decoded<typeof unregisterControllerRecord>;
