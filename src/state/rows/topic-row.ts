/** The row of a topic. It is kept by id and by name, so that either finds all of it in one read. */

import { int32, schema, string, uuid } from "../../protocol/schema.ts";
import type { TopicState } from "../metadata-view.ts";
import { type RowFormat, rowFormat } from "./row-format.ts";

const topicRowSchema = schema("TopicRow", "0", "0+", {
  topicId: uuid("0+"),
  name: string("0+"),
  partitionCount: int32("0+"),
});

const FORMAT = rowFormat(
  topicRowSchema,
  (topic: TopicState) => topic,
  (body): TopicState => body,
);

/** The topic that was written last, and its row: mostly it is written twice. */
let latest: {
  readonly topic: TopicState;
  readonly count: number;
  readonly row: Uint8Array;
} | null = null;

export const topicRow: RowFormat<TopicState> = {
  encode(topic) {
    if (latest?.topic !== topic || latest.count !== topic.partitionCount) {
      latest = { topic, count: topic.partitionCount, row: FORMAT.encode(topic) };
    }
    return latest.row;
  },
  decode: FORMAT.decode,
};
