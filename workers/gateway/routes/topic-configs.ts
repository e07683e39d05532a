/** The configs of topics. */

import * as v from "valibot";
import { ErrorCode, errorName } from "../../../src/base/error-code.ts";
import { fields, flag, listOf, text } from "../input.ts";
import { badRequest, errorFacts } from "../kafka-error.ts";
import {
  consistencyQuery,
  existingName,
  pageOf,
  pageQuery,
  topicName,
  toToken,
} from "../parameters.ts";
import { topicConfigJson } from "../present-configs.ts";
import { type Route, route } from "../route.ts";
import { TOPIC_SHAPES } from "../shapes/topic-shapes.ts";
import {
  alteration,
  alterBody,
  alterKnownConfigs,
  changeEntry,
  configName,
  readConfig,
  readConfigs,
  setBody,
} from "./configs.ts";
import { HAS_ETAG, IF_MATCH, onTopicOfPath, TOPIC, TOPICS } from "./topics.ts";

const CONFIGS = `${TOPIC}/configs`;
const CONFIG = `${CONFIGS}/{name}`;
const topicParams = { topic_name: topicName };
const configParams = { ...topicParams, name: configName };

const READ = {
  operation: "DESCRIBE_CONFIGS",
  resourceType: "TOPIC",
  resource: onTopicOfPath,
} as const;
const CHANGE = { ...READ, operation: "ALTER_CONFIGS" } as const;
const CHANGED = { 204: { description: "Changed.", schema: null } };

function topicOf(name: string) {
  return { type: "topic", name: existingName(name) } as const;
}

const list = route({
  method: "GET",
  path: CONFIGS,
  operationId: "listTopicConfigs",
  tag: "Configs",
  summary: "List the configs of a topic",
  params: topicParams,
  query: consistencyQuery,
  answers: {
    200: {
      description: "Every config, by name, with the value that holds and where it is from.",
      schema: TOPIC_SHAPES.KafkaTopicConfigList,
      headers: HAS_ETAG,
    },
  },
  right: READ,
  async handle(call) {
    const topic = topicOf(call.params.topic_name);
    const configs = await readConfigs(call, topic);
    const data = configs.map((config) => topicConfigJson(call.links, topic.name, config));
    const steps = [["topics", topic.name]] as const;
    return call.ok(call.links.list("KafkaTopicConfigList", steps, "configs", data));
  },
});

const get = route({
  method: "GET",
  path: CONFIG,
  operationId: "getTopicConfig",
  tag: "Configs",
  summary: "Describe a config of a topic",
  params: configParams,
  query: consistencyQuery,
  answers: {
    200: {
      description: "The config; the ETag is that of all configs of the topic.",
      schema: TOPIC_SHAPES.KafkaTopicConfig,
      headers: HAS_ETAG,
    },
  },
  right: READ,
  async handle(call) {
    const topic = topicOf(call.params.topic_name);
    const config = await readConfig(call, topic, call.params.name);
    return call.ok(topicConfigJson(call.links, topic.name, config));
  },
});

const set = route({
  method: "PUT",
  path: CONFIG,
  operationId: "setTopicConfig",
  tag: "Configs",
  summary: "Set a config of a topic",
  params: configParams,
  headers: IF_MATCH,
  body: setBody,
  answers: CHANGED,
  errors: [412],
  right: CHANGE,
  async handle(call) {
    const topic = topicOf(call.params.topic_name);
    const { name } = call.params;
    const change = { name, operation: "SET", value: call.body.value } as const;
    return alterKnownConfigs(call, topic.name, [change]);
  },
});

const reset = route({
  method: "DELETE",
  path: CONFIG,
  operationId: "resetTopicConfig",
  tag: "Configs",
  summary: "Reset a config of a topic to its default",
  params: configParams,
  headers: IF_MATCH,
  answers: CHANGED,
  errors: [412],
  right: CHANGE,
  async handle(call) {
    const topic = topicOf(call.params.topic_name);
    const { name } = call.params;
    return alterKnownConfigs(call, topic.name, [{ name, operation: "DELETE", value: null }]);
  },
});

const alter = route({
  method: "POST",
  path: `${CONFIGS}:alter`,
  operationId: "alterTopicConfigs",
  tag: "Configs",
  summary: "Change configs of a topic",
  isBatch: true,
  description: "All of the changes or none.",
  params: topicParams,
  headers: IF_MATCH,
  body: alterBody,
  answers: CHANGED,
  errors: [412],
  right: CHANGE,
  async handle(call) {
    const topic = topicOf(call.params.topic_name);
    const { data, validate_only: validateOnly } = call.body;
    return alterKnownConfigs(call, topic.name, data, { validateOnly });
  },
});

const listAll = route({
  method: "GET",
  path: `${TOPICS}/-/configs`,
  operationId: "listAllTopicConfigs",
  tag: "Configs",
  summary: "List the configs of all topics",
  query: { ...pageQuery(100), ...consistencyQuery },
  answers: {
    200: {
      description: "The configs of a page of topics; page_size counts topics.",
      schema: TOPIC_SHAPES.KafkaTopicConfigList,
    },
  },
  right: { ...READ, resource: "each" },
  async handle(call) {
    const read = { what: "all-topic-configs", page: pageOf(call.query) } as const;
    const { topics, next } = await call.quorum.read(read);
    const data = topics.flatMap(({ name, configs }) =>
      configs.map((config) => topicConfigJson(call.links, name, config)),
    );
    const link = next === null ? null : call.nextLink(toToken(next));
    return call.ok(call.links.list("KafkaTopicConfigList", [], "topics/-/configs", data, link));
  },
});

const MAX_TOPICS = 100;

const alterMany = route({
  method: "POST",
  path: `${TOPICS}/-/configs:alter`,
  operationId: "alterConfigsOfTopics",
  tag: "Configs",
  summary: "Change configs of several topics",
  isBatch: true,
  description: "Of each topic all of the changes or none; what fails is told, the rest is done.",
  body: fields({
    data: v.pipe(
      listOf(
        fields({
          topic_name: text(249),
          configs: v.pipe(
            listOf(changeEntry, 1000),
            v.minLength(1, "must have at least one entry"),
          ),
        }),
        MAX_TOPICS,
      ),
      v.minLength(1, "must have at least one entry"),
    ),
    validate_only: v.optional(flag, false),
  }),
  answers: {
    ...CHANGED,
    207: { description: "Some topics were not changed.", schema: TOPIC_SHAPES.TopicConfigFailures },
  },
  right: { ...CHANGE, resource: "each" },
  async handle(call) {
    const { data, validate_only: validateOnly } = call.body;
    const names = data.map((entry) => entry.topic_name);
    if (new Set(names).size < names.length) {
      throw badRequest('Field "data" must not name a topic twice.');
    }
    const { responses } = await call.quorum.write(
      "incrementalAlterConfigs",
      {
        resources: data.map(({ topic_name: name, configs }) =>
          alteration({ type: "topic", name }, configs),
        ),
        validateOnly,
      },
      { idempotent: validateOnly },
    );
    const failures = responses.flatMap(({ resourceName, errorCode, errorMessage }) => {
      if (errorCode === ErrorCode.NONE) return [];
      const facts = errorFacts(errorName(errorCode), errorMessage);
      return [{ topic_name: resourceName, error_code: facts.errorCode, message: facts.message }];
    });
    return failures.length === 0 ? call.nothing() : call.context.json({ failures }, 207);
  },
});

export const topicConfigRoutes: readonly Route[] = [
  listAll,
  alterMany,
  list,
  get,
  set,
  reset,
  alter,
];
