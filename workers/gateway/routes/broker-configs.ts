/**
 * The dynamic configs of brokers, of one or of all of them. What a broker's own file says is not in the metadata, so it is
 * not shown here.
 */

import { brokerId, consistencyQuery } from "../parameters.ts";
import { brokerConfigJson, clusterConfigJson } from "../present-configs.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { TOPIC_SHAPES } from "../shapes/topic-shapes.ts";
import { BROKER, BROKERS } from "./brokers.ts";
import { type ConfigsOf, configRoutes, READ } from "./config-routes.ts";

const ON_CLUSTER = { resourceType: "CLUSTER", resource: "cluster" } as const;
const DYNAMIC_ONLY = "Those that are set dynamically; what the file of a broker says is not known.";

const ofAllBrokers: ConfigsOf = {
  noun: "Cluster",
  thing: "all brokers",
  description: DYNAMIC_ONLY,
  path: `${CLUSTER}/broker-configs`,
  params: {},
  shapes: { one: TOPIC_SHAPES.KafkaClusterConfig, list: TOPIC_SHAPES.KafkaClusterConfigList },
  on: ON_CLUSTER,
  isClosed: false,
  collection: "broker-configs",
  resourceOf: () => ({ type: "broker", name: "" }),
  steps: () => [],
  json: (links, _, config) => clusterConfigJson(links, config),
};

const ofBroker: ConfigsOf = {
  noun: "Broker",
  thing: "a broker",
  description: DYNAMIC_ONLY,
  path: `${BROKER}/configs`,
  params: { broker_id: brokerId },
  shapes: { one: TOPIC_SHAPES.KafkaBrokerConfig, list: TOPIC_SHAPES.KafkaBrokerConfigList },
  on: ON_CLUSTER,
  isClosed: false,
  collection: "configs",
  resourceOf: ({ broker_id: id }) => ({ type: "broker", name: String(id) }),
  steps: ({ name }) => [["brokers", name]],
  json: (links, { name }, config) => brokerConfigJson(links, Number(name), config),
};

const listOfAll = route({
  method: "GET",
  path: `${BROKERS}/-/configs`,
  operationId: "listAllBrokerConfigs",
  tag: "Configs",
  summary: "List the dynamic configs of every broker",
  query: consistencyQuery,
  answers: {
    200: { description: "The configs.", schema: TOPIC_SHAPES.KafkaBrokerConfigList },
  },
  right: { operation: READ, ...ON_CLUSTER },
  async handle(call) {
    const { brokers } = await call.quorum.read({ what: "all-broker-configs" });
    const data = brokers.flatMap(({ brokerId: id, configs }) =>
      configs.map((config) => brokerConfigJson(call.links, id, config)),
    );
    return call.ok(call.links.list("KafkaBrokerConfigList", [], "brokers/-/configs", data));
  },
});

export const brokerConfigRoutes: readonly Route[] = [
  ...configRoutes(ofAllBrokers),
  listOfAll,
  ...configRoutes(ofBroker),
];
