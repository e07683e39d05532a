/** The end of an access token. A record of ours, carried by a NoOpRecord. */

import { type Decoded, schema, string } from "../schema.ts";

export const removeAccessTokenRecord = schema("RemoveAccessTokenRecord", "0", "0+", {
  tokenId: string("0+"),
});

export type RemoveAccessTokenRecord = Decoded<typeof removeAccessTokenRecord>;
