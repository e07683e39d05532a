/** The configs of groups (KIP-848, KIP-932) and of client metrics subscriptions (KIP-714). */

import type { Calls } from "../calls.ts";
import type { ListOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type { KafkaClientMetricsList, KafkaGroupList } from "../types/configs.ts";
import { type ConfigOperations, ResourceConfigs } from "./configs.ts";

const OF_GROUPS = {
  parameter: "group_id",
  list: "listGroupConfigs",
  get: "getGroupConfig",
  set: "setGroupConfig",
  reset: "resetGroupConfig",
  alter: "alterGroupConfigs",
} as const satisfies ConfigOperations;

/** A group that has none of its own has the defaults, whether there is one or not: that, brokers know. */
export class GroupConfigsArea extends ResourceConfigs<typeof OF_GROUPS, string> {
  constructor(calls: Calls) {
    super(calls, OF_GROUPS);
  }

  /** The groups that have configs of their own. */
  listGroups(options: ListOptions = {}): Listing<KafkaGroupList> {
    return this.calls.list("listConfiguredGroups", {}, options);
  }
}

const OF_SUBSCRIPTIONS = {
  parameter: "subscription_name",
  list: "listClientMetricsConfigs",
  get: "getClientMetricsConfig",
  set: "setClientMetricsConfig",
  reset: "resetClientMetricsConfig",
  alter: "alterClientMetricsConfigs",
} as const satisfies ConfigOperations;

/** A subscription is there while it has a config. */
export class ClientMetricsConfigsArea extends ResourceConfigs<typeof OF_SUBSCRIPTIONS, string> {
  constructor(calls: Calls) {
    super(calls, OF_SUBSCRIPTIONS);
  }

  listSubscriptions(options: ListOptions = {}): Listing<KafkaClientMetricsList> {
    return this.calls.list("listClientMetrics", {}, options);
  }
}
