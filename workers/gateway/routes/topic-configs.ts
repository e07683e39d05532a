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
import { readVisible } from "../read-visible.ts";
import { type Route, route } from "../route.ts";
import { TOPIC_SHAPES } from "../shapes/topic-shapes.ts";
import { CHANGE, CHANGED, type ConfigsOf, configRoutes, READ } from "./config-routes.ts";
import { alteration, changes } from "./configs.ts";
import { onTopicOfPath, TOPIC, TOPICS } from "./topics.ts";

const ofTopic = {
  noun: "Topic",
  thing: "a topic",
  path: `${TOPIC}/configs`,
  params: { topic_name: topicName },
  shapes: { one: TOPIC_SHAPES.KafkaTopicConfig, list: TOPIC_SHAPES.KafkaTopicConfigList },
  on: { resourceType: "TOPIC", resource: onTopicOfPath },
  isClosed: true,
  collection: "configs",
  resourceOf: ({ topic_name: name }) => ({ type: "topic", name: existingName(String(name)) }),
  steps: ({ name }) => [["topics", name]],
  json: (links, { name }, config) => topicConfigJson(links, name, config),
} as const satisfies ConfigsOf;

const EACH = { resourceType: "TOPIC", resource: "each" } as const;

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
  right: { operation: READ, ...EACH },
  async handle(call) {
    const { items, next } = await readVisible(
      call.quorum,
      pageOf(call.query),
      (page) => call.quorum.read({ what: "all-topic-configs", page }),
      ({ topics }) => topics,
    );
    const data = items.flatMap(({ name, configs }) =>
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
          configs: changes,
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
  right: { operation: CHANGE, ...EACH },
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

export const topicConfigRoutes: readonly Route[] = [listAll, alterMany, ...configRoutes(ofTopic)];
