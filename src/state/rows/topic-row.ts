/** The row of a topic by its name: either that or the first page finds all of it in one read. */

import { int32, schema, string, uuid } from "../../protocol/schema.ts";
import type { TopicState } from "../metadata-view.ts";
import { rowFormat } from "./row-format.ts";

const topicRowSchema = schema("TopicRow", "0", "0+", {
  topicId: uuid("0+"),
  name: string("0+"),
  partitionCount: int32("0+"),
});

export const topicRow = rowFormat(
  topicRowSchema,
  (topic: TopicState) => topic,
  (body): TopicState => body,
);
