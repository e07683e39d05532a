/** KRaftVersionRecord, a control record of the metadata log (KIP-595, KIP-630, KIP-853). */

import { type Decoded, int16, schema } from "../schema.ts";

export const kRaftVersionRecord = schema("KRaftVersionRecord", "0", "0+", {
  version: int16("0+"),
  kRaftVersion: int16("0+"),
});

export type KRaftVersionRecord = Decoded<typeof kRaftVersionRecord>;
