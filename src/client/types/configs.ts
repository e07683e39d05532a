/** Configs of topics, of brokers, of all brokers, of groups, and of client metrics subscriptions. */

import type { Item, List, Related } from "./shape.ts";

export type ConfigSource =
  | "DYNAMIC_TOPIC_CONFIG"
  | "DYNAMIC_BROKER_CONFIG"
  | "DYNAMIC_DEFAULT_BROKER_CONFIG"
  | "STATIC_BROKER_CONFIG"
  | "DEFAULT_CONFIG"
  | "DYNAMIC_BROKER_LOGGER_CONFIG"
  | "CLIENT_METRICS_CONFIG"
  | "GROUP_CONFIG"
  | "UNKNOWN";

export interface ConfigFacts {
  readonly name: string;
  /** Null when it is sensitive. */
  readonly value: string | null;
  readonly is_default: boolean;
  readonly is_read_only: boolean;
  readonly is_sensitive: boolean;
  readonly source: ConfigSource;
  /** What would hold if the ones before were not set. */
  readonly synonyms: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly source: ConfigSource;
  }[];
}

export type KafkaTopicConfig = Item<"KafkaTopicConfig"> &
  ConfigFacts & { readonly topic_name: string };
export type KafkaTopicConfigList = List<"KafkaTopicConfigList", KafkaTopicConfig>;

export type KafkaBrokerConfig = Item<"KafkaBrokerConfig"> &
  ConfigFacts & { readonly broker_id: number };
export type KafkaBrokerConfigList = List<"KafkaBrokerConfigList", KafkaBrokerConfig>;

export type KafkaClusterConfig = Item<"KafkaClusterConfig"> &
  ConfigFacts & { readonly config_type: "BROKER" };
export type KafkaClusterConfigList = List<"KafkaClusterConfigList", KafkaClusterConfig>;

export type KafkaGroupConfig = Item<"KafkaGroupConfig"> &
  ConfigFacts & { readonly group_id: string };
export type KafkaGroupConfigList = List<"KafkaGroupConfigList", KafkaGroupConfig>;
export type KafkaGroupList = List<
  "KafkaGroupList",
  { readonly group_id: string; readonly configs: Related }
>;

export type KafkaClientMetricsConfig = Item<"KafkaClientMetricsConfig"> &
  ConfigFacts & { readonly subscription_name: string };
export type KafkaClientMetricsConfigList = List<
  "KafkaClientMetricsConfigList",
  KafkaClientMetricsConfig
>;
export type KafkaClientMetricsList = List<
  "KafkaClientMetricsList",
  { readonly subscription_name: string; readonly configs: Related }
>;

export interface ConfigChange {
  readonly name: string;
  /** Needed unless the operation is DELETE. */
  readonly value?: string | null | undefined;
  /** SET when absent; APPEND and SUBTRACT are for lists. */
  readonly operation?: "SET" | "DELETE" | "APPEND" | "SUBTRACT" | undefined;
}

/** Changes of one resource: all of them or none. */
export interface ConfigChanges {
  readonly data: readonly ConfigChange[];
  readonly validate_only?: boolean | undefined;
}

/** Changes of several topics, of each all or none. */
export interface TopicConfigChanges {
  readonly data: readonly {
    readonly topic_name: string;
    readonly configs: readonly ConfigChange[];
  }[];
  readonly validate_only?: boolean | undefined;
}

export interface TopicConfigFailures {
  readonly failures: readonly {
    readonly topic_name: string;
    readonly error_code: number;
    readonly message: string;
  }[];
}
