/** VotersRecord, a control record of the metadata log (KIP-595, KIP-630, KIP-853). */

import {
  array,
  type Decoded,
  int16,
  int32,
  schema,
  string,
  struct,
  uint16,
  uuid,
} from "../schema.ts";

export const votersRecord = schema("VotersRecord", "0", "0+", {
  version: int16("0+"),
  voters: array("0+", {
    voterId: int32("0+"),
    voterDirectoryId: uuid("0+"),
    endpoints: array("0+", {
      name: string("0+"),
      host: string("0+"),
      port: uint16("0+"),
    }),
    kRaftVersionFeature: struct("0+", {
      minSupportedVersion: int16("0+"),
      maxSupportedVersion: int16("0+"),
    }),
  }),
});

export type VotersRecord = Decoded<typeof votersRecord>;
