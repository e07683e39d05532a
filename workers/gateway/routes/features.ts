/** Feature levels: what is finalized, what is supported, and changing it. */

import * as v from "valibot";
import { fields, flag, integer, listOf, oneOf, text } from "../input.ts";
import { requireNoError } from "../kafka-error.ts";
import { consistencyQuery } from "../parameters.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { CLUSTER_SHAPES } from "../shapes/cluster-shapes.ts";
import { TIMEOUT_MS } from "./topics.ts";

const FEATURES = `${CLUSTER}/features`;
/** By FeatureUpdateKey's numbers, which begin at 1. */
const UPGRADE_TYPES = ["UPGRADE", "SAFE_DOWNGRADE", "UNSAFE_DOWNGRADE"] as const;

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
    const { finalized, supported } = await call.quorum.read({ what: "features" });
    const names = new Set([...Object.keys(finalized), ...supported.map(({ name }) => name)]);
    const data = [...names].sort().map((name) => {
      const range = supported.find((feature) => feature.name === name);
      return {
        ...call.links.item("KafkaFeature", [["features", name]]),
        feature_name: name,
        finalized_level: finalized[name] ?? 0,
        min_supported_level: range?.minVersion ?? null,
        max_supported_level: range?.maxVersion ?? null,
      };
    });
    return call.ok(call.links.list("KafkaFeatureList", [], "features", data));
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

export const featureRoutes: readonly Route[] = [list, update];
