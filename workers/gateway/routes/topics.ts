/** Topics: listing, looking, creating, deleting. */

import * as v from "valibot";
import type { GatewayContext } from "../context.ts";
import { digits, pathText, readQuery, text } from "../input.ts";
import { Links, topicJson } from "../presentation.ts";
import { CLUSTER, type Route } from "../route.ts";

const MAX_NAME_LENGTH = 249;

const ListQuery = {
  page_size: v.optional(digits(1, 1000), "1000"),
  page_token: v.optional(text(MAX_NAME_LENGTH), ""),
};

/** In name order; a page token is the last name of the page before. */
async function list(context: GatewayContext): Promise<Response> {
  const { page_size: limit, page_token: afterName } = readQuery(context, ListQuery);
  const page = await context.var.quorum.read({ what: "topics", afterName, limit });
  const links = new Links(context, pathText(context, "cluster"));
  const data = page.topics.map((topic) => topicJson(links, topic));
  const body = links.list("KafkaTopicList", [], "topics", data);
  const last = page.topics.at(-1);
  if (!page.more || last === undefined) return context.json(body);
  const query = new URLSearchParams({ page_size: String(limit), page_token: last.name });
  const next = `${links.url([], "topics")}?${query}`;
  return context.json({ ...body, metadata: { ...body.metadata, next } });
}

export const topicRoutes: readonly Route[] = [
  { method: "GET", path: `${CLUSTER}/topics`, handle: list },
];
