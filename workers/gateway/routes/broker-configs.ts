/**
 * The dynamic configs of brokers, of one or of all of them. What a broker's own file says is not in the metadata, so it is
 * not shown here.
 */

import { brokerId, consistencyQuery } from "../parameters.ts";
import { brokerConfigJson, clusterConfigJson } from "../present-configs.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { TOPIC_SHAPES } from "../shapes/topic-shapes.ts";
import { BROKER, BROKERS } from "./brokers.ts";
import {
  alterBody,
  alterConfigs,
  configName,
  readConfig,
  readConfigs,
  setBody,
} from "./configs.ts";
import { HAS_ETAG, IF_MATCH } from "./topics.ts";

const CLUSTER_CONFIGS = `${CLUSTER}/broker-configs`;
const BROKER_CONFIGS = `${BROKER}/configs`;
const READ = {
  operation: "DESCRIBE_CONFIGS",
  resourceType: "CLUSTER",
  resource: "cluster",
} as const;
const CHANGE = { ...READ, operation: "ALTER_CONFIGS" } as const;
const CHANGED = { 204: { description: "Changed.", schema: null } };
const ALL_BROKERS = { type: "broker", name: "" } as const;

function broker(id: number) {
  return { type: "broker", name: String(id) } as const;
}

const common = { tag: "Configs" } as const;

const listOfCluster = route({
  ...common,
  method: "GET",
  path: CLUSTER_CONFIGS,
  operationId: "listClusterConfigs",
  summary: "List what is set for all brokers",
  query: consistencyQuery,
  answers: {
    200: {
      description: "The configs, by name.",
      schema: TOPIC_SHAPES.KafkaClusterConfigList,
      headers: HAS_ETAG,
    },
  },
  right: READ,
  async handle(call) {
    const configs = await readConfigs(call, ALL_BROKERS);
    const data = configs.map((config) => clusterConfigJson(call.links, config));
    return call.ok(call.links.list("KafkaClusterConfigList", [], "broker-configs", data));
  },
});

const getOfCluster = route({
  ...common,
  method: "GET",
  path: `${CLUSTER_CONFIGS}/{name}`,
  operationId: "getClusterConfig",
  summary: "Describe a config that is set for all brokers",
  params: { name: configName },
  query: consistencyQuery,
  answers: {
    200: {
      description: "The config.",
      schema: TOPIC_SHAPES.KafkaClusterConfig,
      headers: HAS_ETAG,
    },
  },
  right: READ,
  async handle(call) {
    const config = await readConfig(call, ALL_BROKERS, call.params.name);
    return call.ok(clusterConfigJson(call.links, config));
  },
});

const setOfCluster = route({
  ...common,
  method: "PUT",
  path: `${CLUSTER_CONFIGS}/{name}`,
  operationId: "setClusterConfig",
  summary: "Set a config for all brokers",
  params: { name: configName },
  headers: IF_MATCH,
  body: setBody,
  answers: CHANGED,
  errors: [412],
  right: CHANGE,
  handle: (call) =>
    alterConfigs(call, ALL_BROKERS, [
      { name: call.params.name, operation: "SET", value: call.body.value },
    ]),
});

const resetOfCluster = route({
  ...common,
  method: "DELETE",
  path: `${CLUSTER_CONFIGS}/{name}`,
  operationId: "resetClusterConfig",
  summary: "Set a config for all brokers no more",
  params: { name: configName },
  headers: IF_MATCH,
  answers: CHANGED,
  errors: [412],
  right: CHANGE,
  handle: (call) =>
    alterConfigs(call, ALL_BROKERS, [{ name: call.params.name, operation: "DELETE", value: null }]),
});

const alterOfCluster = route({
  ...common,
  method: "POST",
  path: `${CLUSTER_CONFIGS}:alter`,
  operationId: "alterClusterConfigs",
  summary: "Change configs of all brokers",
  isBatch: true,
  description: "All of the changes or none.",
  headers: IF_MATCH,
  body: alterBody,
  answers: CHANGED,
  errors: [412],
  right: CHANGE,
  handle: (call) =>
    alterConfigs(call, ALL_BROKERS, call.body.data, { validateOnly: call.body.validate_only }),
});

const listOfAll = route({
  ...common,
  method: "GET",
  path: `${BROKERS}/-/configs`,
  operationId: "listAllBrokerConfigs",
  summary: "List the dynamic configs of every broker",
  query: consistencyQuery,
  answers: {
    200: { description: "The configs.", schema: TOPIC_SHAPES.KafkaBrokerConfigList },
  },
  right: READ,
  async handle(call) {
    const { brokers } = await call.quorum.read({ what: "all-broker-configs" });
    const data = brokers.flatMap(({ brokerId: id, configs }) =>
      configs.map((config) => brokerConfigJson(call.links, id, config)),
    );
    return call.ok(call.links.list("KafkaBrokerConfigList", [], "brokers/-/configs", data));
  },
});

const list = route({
  ...common,
  method: "GET",
  path: BROKER_CONFIGS,
  operationId: "listBrokerConfigs",
  summary: "List the dynamic configs of a broker",
  params: { broker_id: brokerId },
  query: consistencyQuery,
  answers: {
    200: {
      description: "The configs, by name.",
      schema: TOPIC_SHAPES.KafkaBrokerConfigList,
      headers: HAS_ETAG,
    },
  },
  right: READ,
  async handle(call) {
    const id = call.params.broker_id;
    const configs = await readConfigs(call, broker(id));
    const data = configs.map((config) => brokerConfigJson(call.links, id, config));
    const steps = [["brokers", id]] as const;
    return call.ok(call.links.list("KafkaBrokerConfigList", steps, "configs", data));
  },
});

const get = route({
  ...common,
  method: "GET",
  path: `${BROKER_CONFIGS}/{name}`,
  operationId: "getBrokerConfig",
  summary: "Describe a dynamic config of a broker",
  params: { broker_id: brokerId, name: configName },
  query: consistencyQuery,
  answers: {
    200: { description: "The config.", schema: TOPIC_SHAPES.KafkaBrokerConfig, headers: HAS_ETAG },
  },
  right: READ,
  async handle(call) {
    const id = call.params.broker_id;
    const config = await readConfig(call, broker(id), call.params.name);
    return call.ok(brokerConfigJson(call.links, id, config));
  },
});

const set = route({
  ...common,
  method: "PUT",
  path: `${BROKER_CONFIGS}/{name}`,
  operationId: "setBrokerConfig",
  summary: "Set a config of a broker",
  params: { broker_id: brokerId, name: configName },
  headers: IF_MATCH,
  body: setBody,
  answers: CHANGED,
  errors: [412],
  right: CHANGE,
  handle: (call) =>
    alterConfigs(call, broker(call.params.broker_id), [
      { name: call.params.name, operation: "SET", value: call.body.value },
    ]),
});

const reset = route({
  ...common,
  method: "DELETE",
  path: `${BROKER_CONFIGS}/{name}`,
  operationId: "resetBrokerConfig",
  summary: "Set a config of a broker no more",
  params: { broker_id: brokerId, name: configName },
  headers: IF_MATCH,
  answers: CHANGED,
  errors: [412],
  right: CHANGE,
  handle: (call) =>
    alterConfigs(call, broker(call.params.broker_id), [
      { name: call.params.name, operation: "DELETE", value: null },
    ]),
});

const alter = route({
  ...common,
  method: "POST",
  path: `${BROKER_CONFIGS}:alter`,
  operationId: "alterBrokerConfigs",
  summary: "Change configs of a broker",
  isBatch: true,
  description: "All of the changes or none.",
  params: { broker_id: brokerId },
  headers: IF_MATCH,
  body: alterBody,
  answers: CHANGED,
  errors: [412],
  right: CHANGE,
  handle: (call) =>
    alterConfigs(call, broker(call.params.broker_id), call.body.data, {
      validateOnly: call.body.validate_only,
    }),
});

export const brokerConfigRoutes: readonly Route[] = [
  listOfCluster,
  getOfCluster,
  setOfCluster,
  resetOfCluster,
  alterOfCluster,
  listOfAll,
  list,
  get,
  set,
  reset,
  alter,
];
