/**
 * The configs of groups (KIP-848, KIP-932) and of client metrics subscriptions (KIP-714), and which of them have some.
 * A controller knows of a group only what is set for it: that there is one, brokers know.
 */

import * as v from "valibot";
import { freeText } from "../input.ts";
import { consistencyQuery, pageOf, pageQuery, toToken } from "../parameters.ts";
import { clientMetricsConfigJson, groupConfigJson } from "../present-configs.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { CONFIG_SHAPES } from "../shapes/config-shapes.ts";
import { type ConfigsOf, configRoutes, READ } from "./config-routes.ts";

const GROUPS = `${CLUSTER}/groups`;
const SUBSCRIPTIONS = `${CLUSTER}/client-metrics`;
const ON_CLUSTER = { resourceType: "CLUSTER", resource: "cluster" } as const;
const MAX_NAME = 1000;

const ofGroup: ConfigsOf = {
  noun: "Group",
  thing: "a group",
  description: "A group that has none of its own has the defaults, whether there is one or not.",
  path: `${GROUPS}/{group_id}/configs`,
  params: { group_id: v.pipe(freeText(MAX_NAME), v.description("The id of a group.")) },
  shapes: { one: CONFIG_SHAPES.KafkaGroupConfig, list: CONFIG_SHAPES.KafkaGroupConfigList },
  on: { resourceType: "GROUP", resource: { in: "path", name: "group_id" } },
  isClosed: true,
  collection: "configs",
  resourceOf: ({ group_id: id }) => ({ type: "group", name: String(id) }),
  steps: ({ name }) => [["groups", name]],
  json: (links, { name }, config) => groupConfigJson(links, name, config),
};

const ofSubscription: ConfigsOf = {
  noun: "ClientMetrics",
  thing: "a client metrics subscription",
  description: "A subscription is there while it has one.",
  path: `${SUBSCRIPTIONS}/{subscription_name}/configs`,
  params: {
    subscription_name: v.pipe(
      freeText(MAX_NAME),
      v.description("The name of a client metrics subscription."),
    ),
  },
  shapes: {
    one: CONFIG_SHAPES.KafkaClientMetricsConfig,
    list: CONFIG_SHAPES.KafkaClientMetricsConfigList,
  },
  on: ON_CLUSTER,
  isClosed: true,
  collection: "configs",
  resourceOf: ({ subscription_name: name }) => ({ type: "client-metrics", name: String(name) }),
  steps: ({ name }) => [["client-metrics", name]],
  json: (links, { name }, config) => clientMetricsConfigJson(links, name, config),
};

const listGroups = route({
  method: "GET",
  path: GROUPS,
  operationId: "listConfiguredGroups",
  tag: "Configs",
  summary: "List the groups that have configs",
  query: { ...pageQuery(1000), ...consistencyQuery },
  answers: { 200: { description: "A page of groups.", schema: CONFIG_SHAPES.KafkaGroupList } },
  right: { operation: READ, ...ON_CLUSTER },
  async handle(call) {
    const read = { what: "config-resources", type: "group", page: pageOf(call.query) } as const;
    const { names, next } = await call.quorum.read(read);
    const data = names.map((name) => ({
      group_id: name,
      configs: call.links.related([["groups", name]], "configs"),
    }));
    const link = next === null ? null : call.nextLink(toToken(next));
    return call.ok(call.links.list("KafkaGroupList", [], "groups", data, link));
  },
});

const listSubscriptions = route({
  method: "GET",
  path: SUBSCRIPTIONS,
  operationId: "listClientMetrics",
  tag: "Configs",
  summary: "List client metrics subscriptions",
  query: { ...pageQuery(1000), ...consistencyQuery },
  answers: {
    200: { description: "A page of subscriptions.", schema: CONFIG_SHAPES.KafkaClientMetricsList },
  },
  right: { operation: READ, ...ON_CLUSTER },
  async handle(call) {
    const page = pageOf(call.query);
    const read = { what: "config-resources", type: "client-metrics", page } as const;
    const { names, next } = await call.quorum.read(read);
    const data = names.map((name) => ({
      subscription_name: name,
      configs: call.links.related([["client-metrics", name]], "configs"),
    }));
    const link = next === null ? null : call.nextLink(toToken(next));
    return call.ok(call.links.list("KafkaClientMetricsList", [], "client-metrics", data, link));
  },
});

export const groupConfigRoutes: readonly Route[] = [
  listGroups,
  ...configRoutes(ofGroup),
  listSubscriptions,
  ...configRoutes(ofSubscription),
];
