/** Brokers: what is registered. */

import type { GatewayContext } from "../context.ts";
import { pathInt32, pathText, refuseQuery } from "../input.ts";
import { notFound } from "../kafka-error.ts";
import { brokerJson, Links } from "../presentation.ts";
import { CLUSTER, type Route } from "../route.ts";

async function list(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const { brokers } = await context.var.quorum.read({ what: "brokers" });
  const links = new Links(context, pathText(context, "cluster"));
  const data = brokers.map((broker) => brokerJson(links, broker));
  return context.json(links.list("KafkaBrokerList", [], "brokers", data));
}

async function get(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const brokerId = pathInt32(context, "broker_id");
  const { broker } = await context.var.quorum.read({ what: "broker", brokerId });
  if (broker === null) throw notFound(`Broker ${brokerId} cannot be found.`);
  return context.json(brokerJson(new Links(context, pathText(context, "cluster")), broker));
}

export const brokerRoutes: readonly Route[] = [
  { method: "GET", path: `${CLUSTER}/brokers`, handle: list },
  { method: "GET", path: `${CLUSTER}/brokers/:broker_id`, handle: get },
];
