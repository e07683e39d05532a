/** The shapes of the configs of groups and of client metrics subscriptions. */

import * as v from "valibot";
import { item, list, related } from "./shape.ts";
import { configEntries } from "./topic-shapes.ts";

const KafkaGroupConfig = item("KafkaGroupConfig", { group_id: v.string(), ...configEntries });
const KafkaClientMetricsConfig = item("KafkaClientMetricsConfig", {
  subscription_name: v.string(),
  ...configEntries,
});

export const CONFIG_SHAPES = {
  KafkaGroupConfig,
  KafkaGroupConfigList: list("KafkaGroupConfigList", KafkaGroupConfig),
  KafkaGroupList: list(
    "KafkaGroupList",
    v.strictObject({ group_id: v.string(), configs: related }),
  ),
  KafkaClientMetricsConfig,
  KafkaClientMetricsConfigList: list("KafkaClientMetricsConfigList", KafkaClientMetricsConfig),
  KafkaClientMetricsList: list(
    "KafkaClientMetricsList",
    v.strictObject({ subscription_name: v.string(), configs: related }),
  ),
};
