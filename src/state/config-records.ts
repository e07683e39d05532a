/** The records that altered configs come to. */

import type { NewRecord } from "../protocol/metadata-record.ts";
import { ELR_FEATURE } from "./features.ts";
import { ConfigResource, type ConfigResourceType, type MetadataView } from "./metadata-view.ts";

export interface ConfigResourceName {
  readonly resourceType: ConfigResourceType;
  readonly resourceName: string;
}

type ConfigRecord = Extract<NewRecord, { type: "config" }>;

/** Null for a config that is deleted. */
export function configRecord(
  { resourceType, resourceName }: ConfigResourceName,
  name: string,
  value: string | null,
): ConfigRecord {
  return { type: "config", version: 0, data: { resourceType, resourceName, name, value } };
}

/**
 * What was eligible to lead was so under another min.insync.replicas (KIP-966): it is forgotten, for the topic or for
 * all of them.
 */
export function clearElrRecords(view: MetadataView, configs: readonly ConfigRecord[]): NewRecord[] {
  if (view.featureLevel(ELR_FEATURE) === 0) return [];
  return configs
    .filter(({ data }) => data.name === "min.insync.replicas")
    .map(({ data }) => ({
      type: "clearElr",
      version: 0,
      data: { topicName: data.resourceType === ConfigResource.TOPIC ? data.resourceName : "" },
    }));
}
