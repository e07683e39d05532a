/** The configs of a client metrics subscription (KIP-714) as a node shows them that is asked for them. */

import { CLIENT_METRICS_CONFIGS } from "./client-metrics-config.ts";
import { settledConfigs } from "./config-alteration.ts";
import { type Described, described, plainText } from "./described-config.ts";
import { ConfigSource } from "./effective-config.ts";
import { hashOrder, stringHashCode } from "./hash-order.ts";
import { ConfigResource, type MetadataView } from "./metadata-view.ts";

/** In Kafka's order, which is that of a hash table. */
export function describeClientMetrics(view: MetadataView, resourceName: string): Described[] {
  const resource = { resourceType: ConfigResource.CLIENT_METRICS, resourceName } as const;
  const own = settledConfigs(view, resource);
  return hashOrder(CLIENT_METRICS_CONFIGS, ({ name }) => stringHashCode(name)).map((key) => {
    const { name } = key;
    const value = plainText(key, own.get(name) ?? key.default);
    const source = ConfigSource.CLIENT_METRICS_CONFIG;
    return described(key, value, own.has(name) ? [{ name, value, source }] : []);
  });
}
