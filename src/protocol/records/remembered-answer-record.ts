/** The answer to a change, kept for whoever sends it again under its key. A record of ours, carried by a NoOpRecord. */

import { bytes, type Decoded, int16, int64, schema, string } from "../schema.ts";

export const rememberedAnswerRecord = schema("RememberedAnswerRecord", "0", "0+", {
  /** Keys of one principal are not those of another. */
  principal: string("0+"),
  key: string("0+"),
  /** Of what was asked: the same key for something else is a mistake of the client. */
  fingerprint: bytes("0+"),
  /** The key and the version of the API whose response `answer` is. */
  apiKey: int16("0+"),
  apiVersion: int16("0+"),
  answer: bytes("0+"),
  expirationTimestamp: int64("0+"),
});

export type RememberedAnswerRecord = Decoded<typeof rememberedAnswerRecord>;
