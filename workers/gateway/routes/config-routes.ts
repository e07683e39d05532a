/** The five routes that the configs of one thing have, whatever it is: list, describe, set, reset, change some. */

import type * as v from "valibot";
import type { ConfigResourceRef } from "../../../src/controller/api.ts";
import type { Described } from "../../../src/state/described-config.ts";
import type { Call } from "../call.ts";
import { consistencyQuery } from "../parameters.ts";
import type { Links, Step } from "../presentation.ts";
import { type Right, type Route, route, tagged } from "../route.ts";
import {
  alterBody,
  alterConfigs,
  alterKnownConfigs,
  type ConfigChange,
  configName,
  readConfig,
  readConfigs,
  setBody,
} from "./configs.ts";
import { TAKES_IF_MATCH } from "./topics.ts";

type Params = Readonly<Record<string, unknown>>;
type AnyCall = Call<unknown, unknown, unknown>;

/** What tells the configs of one kind of thing from those of others. */
export interface ConfigsOf {
  /** In the names of operations and kinds: "Topic" makes listTopicConfigs and KafkaTopicConfig. */
  readonly noun: string;
  /** As the summaries name it: "a topic". */
  readonly thing: string;
  /** What else there is to say of them. */
  readonly description?: string;
  /** The path of their list. */
  readonly path: string;
  /** Those of the path. */
  readonly params: v.ObjectEntries;
  readonly shapes: { readonly one: v.GenericSchema; readonly list: v.GenericSchema };
  readonly on: Pick<Right, "resourceType" | "resource">;
  /** Whether every config that there may be is known here: others are not found then, rather than set. */
  readonly isClosed: boolean;
  resourceOf(params: Params): ConfigResourceRef;
  /** The last step of the list's path, and those before it. */
  readonly collection: string;
  steps(resource: ConfigResourceRef): readonly Step[];
  json(links: Links, resource: ConfigResourceRef, config: Described): object;
}

export const READ = "DESCRIBE_CONFIGS";
export const CHANGE = "ALTER_CONFIGS";
export const CHANGED = { 204: { description: "Changed.", schema: null } };

/** In the order list, get, set, reset, alter. */
export function configRoutes(of: ConfigsOf): readonly Route[] {
  return [...readingRoutes(of), ...changingRoutes(of)];
}

function readingRoutes(of: ConfigsOf): readonly Route[] {
  const { noun, thing, path, params, shapes, description } = of;
  const shared = {
    method: "GET",
    tag: "Configs",
    ...(description === undefined ? {} : { description }),
    query: consistencyQuery,
    right: { operation: READ, ...of.on },
  } as const;
  const list = route({
    ...shared,
    path,
    operationId: `list${noun}Configs`,
    summary: `List the configs of ${thing}`,
    params,
    ...tagged({
      description: "The configs, by name, each with the value that holds and where it is from.",
      schema: shapes.list,
    }),
    async handle(call) {
      const resource = of.resourceOf(call.params);
      const configs = await readConfigs(call, resource);
      const unchanged = call.unchanged();
      if (unchanged !== null) return unchanged;
      const data = configs.map((config) => of.json(call.links, resource, config));
      const kind = `Kafka${noun}ConfigList`;
      return call.ok(call.links.list(kind, of.steps(resource), of.collection, data));
    },
  });
  const get = route({
    ...shared,
    path: `${path}/{name}`,
    operationId: `get${noun}Config`,
    summary: `Describe a config of ${thing}`,
    params: { ...params, name: configName },
    ...tagged({
      description: "The config; the ETag is that of all configs beside it.",
      schema: shapes.one,
    }),
    async handle(call) {
      const resource = of.resourceOf(call.params);
      const config = await readConfig(call, resource, nameOf(call));
      return call.unchanged() ?? call.ok(of.json(call.links, resource, config));
    },
  });
  return [list, get];
}

function changingRoutes(of: ConfigsOf): readonly Route[] {
  const { noun, thing, path, params } = of;
  const shared = {
    tag: "Configs",
    headers: TAKES_IF_MATCH,
    answers: CHANGED,
    errors: [412],
    right: { operation: CHANGE, ...of.on },
  } as const;
  const alterSome = of.isClosed ? alterKnownConfigs : alterConfigs;
  const alterOne = (call: AnyCall, change: Omit<ConfigChange, "name">) =>
    alterSome(call, of.resourceOf(call.params as Params), [{ name: nameOf(call), ...change }]);
  const set = route({
    ...shared,
    method: "PUT",
    path: `${path}/{name}`,
    operationId: `set${noun}Config`,
    summary: `Set a config of ${thing}`,
    params: { ...params, name: configName },
    body: setBody,
    handle: (call) => alterOne(call, { operation: "SET", value: call.body.value }),
  });
  const reset = route({
    ...shared,
    method: "DELETE",
    path: `${path}/{name}`,
    operationId: `reset${noun}Config`,
    summary: `Reset a config of ${thing}`,
    params: { ...params, name: configName },
    handle: (call) => alterOne(call, { operation: "DELETE", value: null }),
  });
  const alter = route({
    ...shared,
    method: "POST",
    path: `${path}:alter`,
    operationId: `alter${noun}Configs`,
    summary: `Change configs of ${thing}`,
    isBatch: true,
    description: "All of the changes or none.",
    params,
    body: alterBody,
    handle: (call) =>
      alterSome(call, of.resourceOf(call.params), call.body.data, {
        validateOnly: call.body.validate_only,
      }),
  });
  return [set, reset, alter];
}

function nameOf({ params }: AnyCall): string {
  return (params as { readonly name: string }).name;
}
