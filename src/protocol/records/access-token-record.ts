/** What an access token of the HTTP API is. A record of ours, carried by a NoOpRecord. */

import { bytes, type Decoded, int64, schema, string } from "../schema.ts";

export const accessTokenRecord = schema("AccessTokenRecord", "0", "0+", {
  tokenId: string("0+"),
  /** Whose token it is, for example "User:alice". */
  principal: string("0+"),
  /** SHA-256 of the secret; the secret itself is nowhere. */
  secretHash: bytes("0+"),
  description: string("0+"),
  createdTimestamp: int64("0+"),
  /** -1 is never. */
  expirationTimestamp: int64("0+", { default: -1n }),
  /** Of the secret before the last rotation, while it is still good. */
  previousSecretHash: bytes("0+", { nullable: "0+", tag: 0, default: null }),
  previousExpirationTimestamp: int64("0+", { tag: 1, default: -1n }),
});

export type AccessTokenRecord = Decoded<typeof accessTokenRecord>;
