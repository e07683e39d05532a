/** Feature levels: what is finalized, what is supported, and changing it. */

import * as v from "valibot";
import type { ReadResult } from "../../../src/controller/read-result.ts";
import { areDistinct, fields, flag, integer, listOf, oneOf, text } from "../input.ts";
import { notFound, requireNoError } from "../kafka-error.ts";
import { consistencyQuery } from "../parameters.ts";
import type { Links } from "../presentation.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { CLUSTER_SHAPES } from "../shapes/cluster-shapes.ts";
import { TIMEOUT_MS } from "./topics.ts";

const FEATURES = `${CLUSTER}/features`;
/** By FeatureUpdateKey's numbers, which begin at 1. */
const UPGRADE_TYPES = ["UPGRADE", "SAFE_DOWNGRADE", "UNSAFE_DOWNGRADE"] as const;

type Features = Pick<Extract<ReadResult, { what: "features" }>, "finalized" | "supported">;

function namesOf({ finalized, supported }: Features): string[] {
  return [...new Set([...Object.keys(finalized), ...supported.map(({ name }) => name)])].sort();
}

function featureJson(links: Links, name: string, { finalized, supported }: Features) {
  const range = supported.find((feature) => feature.name === name);
  return {
    ...links.item("KafkaFeature", [["features", name]]),
    feature_name: name,
    finalized_level: finalized[name] ?? 0,
    min_supported_level: range?.minVersion ?? null,
    max_supported_level: range?.maxVersion ?? null,
  };
}

const list = route({
  method: "GET",
  path: FEATURES,
  operationId: "listFeatures",
  tag: "Features",
  summary: "List features",
  description: "Those that are finalized and those that the controllers support.",
  query: consistencyQuery,
  answers: { 200: { description: "The features.", schema: CLUSTER_SHAPES.KafkaFeatureList } },
  right: { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const features = await call.quorum.read({ what: "features" });
    const data = namesOf(features).map((name) => featureJson(call.links, name, features));
    return call.ok(call.links.list("KafkaFeatureList", [], "features", data));
  },
});

const get = route({
  method: "GET",
  path: `${FEATURES}/{feature_name}`,
  operationId: "getFeature",
  tag: "Features",
  summary: "Describe a feature",
  params: { feature_name: v.pipe(text(249), v.description("The name of a feature.")) },
  query: consistencyQuery,
  answers: { 200: { description: "The feature.", schema: CLUSTER_SHAPES.KafkaFeature } },
  right: { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const { feature_name: name } = call.params;
    const features = await call.quorum.read({ what: "features" });
    const names = namesOf(features);
    if (names.includes(name)) return call.ok(featureJson(call.links, name, features));
    throw notFound(`Feature ${name} cannot be found. There are ${names.join(", ")}.`);
  },
});

const update = route({
  method: "POST",
  path: `${FEATURES}:update`,
  operationId: "updateFeatures",
  tag: "Features",
  summary: "Finalize other levels of features",
  description: "All of the updates or none. Level 0 means that the feature is not finalized.",
  body: fields({
    data: v.pipe(
      listOf(
        fields({
          feature_name: text(249),
          level: integer(0, 32_767),
          upgrade_type: v.optional(oneOf(UPGRADE_TYPES), "UPGRADE"),
        }),
        100,
      ),
      v.minLength(1, "must have at least one entry"),
      v.check(
        (data) => areDistinct(data, ({ feature_name }) => feature_name),
        "must not name a feature twice",
      ),
    ),
    validate_only: v.optional(flag, false),
  }),
  answers: { 204: { description: "Updated.", schema: null } },
  right: { operation: "ALTER", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const { data, validate_only: validateOnly } = call.body;
    const featureUpdates = data.map(({ feature_name: feature, level, upgrade_type: type }) => ({
      feature,
      maxVersionLevel: level,
      upgradeType: UPGRADE_TYPES.indexOf(type) + 1,
    }));
    const request = { timeoutMs: TIMEOUT_MS, featureUpdates, validateOnly };
    const options = { idempotent: validateOnly };
    const answer = await call.quorum.write("updateFeatures", request, options);
    requireNoError(answer.errorCode, answer.errorMessage);
    return call.nothing();
  },
});

export const featureRoutes: readonly Route[] = [list, get, update];
