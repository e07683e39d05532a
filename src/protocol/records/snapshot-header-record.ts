/** SnapshotHeaderRecord, a control record of the metadata log (KIP-595, KIP-630, KIP-853). */

import { type Decoded, int16, int64, schema } from "../schema.ts";

export const snapshotHeaderRecord = schema("SnapshotHeaderRecord", "0", "0+", {
  version: int16("0+"),
  lastContainedLogTimestamp: int64("0+"),
});

export type SnapshotHeaderRecord = Decoded<typeof snapshotHeaderRecord>;
