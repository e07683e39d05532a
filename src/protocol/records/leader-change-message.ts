/** LeaderChangeMessage, a control record of the metadata log (KIP-595, KIP-630, KIP-853). */

import { array, type Decoded, int16, int32, schema, uuid } from "../schema.ts";

const voterFields = {
  voterId: int32("0+"),
  voterDirectoryId: uuid("1+"),
} as const;

export const leaderChangeMessage = schema("LeaderChangeMessage", "0-1", "0+", {
  version: int16("0+"),
  leaderId: int32("0+"),
  voters: array("0+", voterFields),
  grantingVoters: array("0+", voterFields),
});

export type LeaderChangeMessage = Decoded<typeof leaderChangeMessage>;
