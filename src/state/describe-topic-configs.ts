/** The configs of a topic as a node shows them that is asked for them. */

import { CONTROLLER_DEFAULTS } from "./broker-config.ts";
import { settledConfigs } from "./config-alteration.ts";
import {
  type Described,
  describedOwn,
  type NodeLayers,
  nodeLayers,
  nodeSynonyms,
} from "./described-config.ts";
import { ConfigSource } from "./effective-config.ts";
import { hashOrder, stringHashCode } from "./hash-order.ts";
import { ConfigResource, type MetadataView } from "./metadata-view.ts";
import { inMilliseconds, type TopicConfig, topicConfigsAt } from "./topic-config.ts";

/** In Kafka's order, which is that of a hash table. */
export function describeTopic(view: MetadataView, resourceName: string): Described[] {
  const own = settledConfigs(view, { resourceType: ConfigResource.TOPIC, resourceName });
  const layers = nodeLayers(view);
  const configs = topicConfigsAt(view.metadataVersion());
  const setInternal = configs.filter(({ name, internal }) => internal && own.has(name));
  const others = hashOrder(
    configs.filter(({ internal }) => !internal),
    ({ name }) => stringHashCode(name),
  );
  return [...setInternal, ...others].map((config) => describeOne(config, own, layers));
}

function describeOne(
  config: TopicConfig,
  own: ReadonlyMap<string, string>,
  layers: NodeLayers,
): Described {
  const names = config.synonyms.map((synonym) => synonym.name);
  return describedOwn(
    config,
    { text: own.get(config.name), source: ConfigSource.DYNAMIC_TOPIC_CONFIG },
    {
      text: sharedText(config, layers),
      synonyms: nodeSynonyms(layers, names, CONTROLLER_DEFAULTS),
    },
  );
}

/** What holds for topics that say nothing. */
function sharedText(
  { name, synonyms, default: byDefault }: TopicConfig,
  { own, shared, properties }: NodeLayers,
): string | null {
  for (const synonym of synonyms) {
    const text =
      own.get(synonym.name) ?? shared.get(synonym.name) ?? properties.get(synonym.name) ?? null;
    if (text === null) continue;
    const value = inMilliseconds(synonym, text);
    return name === "retention.ms" && value.startsWith("-") ? "-1" : value;
  }
  return byDefault;
}
