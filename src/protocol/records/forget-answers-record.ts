/** Removes remembered answers that have expired. A record of ours, carried by a NoOpRecord. */

import { type Decoded, int32, int64, schema } from "../schema.ts";

export const forgetAnswersRecord = schema("ForgetAnswersRecord", "0", "0+", {
  /** Those that expire at this time or before, the earliest first. */
  throughTimestamp: int64("0+"),
  maxAnswers: int32("0+"),
});

export type ForgetAnswersRecord = Decoded<typeof forgetAnswersRecord>;
