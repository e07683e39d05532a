/** The configs of a group as a node shows them that is asked for them. */

import { CONTROLLER_DEFAULTS } from "./broker-config.ts";
import { settledConfigs } from "./config-alteration.ts";
import {
  type Described,
  describedOwn,
  type NodeLayers,
  nodeLayers,
  nodeSynonyms,
  type Synonym,
} from "./described-config.ts";
import { ConfigSource } from "./effective-config.ts";
import { type GroupConfig, groupConfigsAt } from "./group-config.ts";
import { hashOrder, stringHashCode } from "./hash-order.ts";
import { listItems } from "./java-text.ts";
import { METADATA_FEATURE } from "./metadata-version.ts";
import { ConfigResource, type MetadataView } from "./metadata-view.ts";

/** In Kafka's order, which is that of a hash table. */
export function describeGroup(view: MetadataView, resourceName: string): Described[] {
  const own = settledConfigs(view, { resourceType: ConfigResource.GROUP, resourceName });
  const layers = nodeLayers(view);
  const configs = groupConfigsAt(view.featureLevel(METADATA_FEATURE));
  const setInternal = configs.filter(({ name, internal, synonym }) => {
    const isSet = own.has(name) || (synonym !== null && layers.properties.has(synonym));
    return internal && isSet;
  });
  const others = configs.filter(({ internal }) => !internal);
  return [setInternal, others]
    .flatMap((some) => hashOrder(some, ({ name }) => stringHashCode(name)))
    .map((config) => describeOne(config, own, layers));
}

function describeOne(
  config: GroupConfig,
  own: ReadonlyMap<string, string>,
  layers: NodeLayers,
): Described {
  const synonyms = sharedSynonyms(config, layers);
  return describedOwn(
    config,
    { text: own.get(config.name), source: ConfigSource.GROUP_CONFIG },
    { text: sharedText(config, synonyms), synonyms },
  );
}

function sharedSynonyms(
  { name, synonym, default: byDefault }: GroupConfig,
  layers: NodeLayers,
): Synonym[] {
  if (synonym !== null) {
    const defaults = CONTROLLER_DEFAULTS.has(synonym)
      ? CONTROLLER_DEFAULTS
      : new Map([[synonym, byDefault]]);
    return nodeSynonyms(layers, [synonym], defaults);
  }
  return byDefault === null
    ? []
    : [{ name, value: byDefault, source: ConfigSource.DEFAULT_CONFIG }];
}

/** What holds for groups that say nothing. */
function sharedText(
  { name, default: byDefault }: GroupConfig,
  [shared]: readonly Synonym[],
): string | null {
  const text = shared?.value ?? byDefault;
  // Of the assignors that there are, groups have the first.
  return name === "streams.assignor.name" ? (listItems(text ?? "")[0] ?? null) : text;
}
