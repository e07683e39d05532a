/** Which topic and which broker a record of the log is about, also where it names only an id or only what changes. */

import type { Json } from "../protocol/json-form.ts";
import { ConfigResource, type MetadataView } from "../state/metadata-view.ts";
import type { LogRecordJson } from "./api.ts";

/** The state around the batch that holds a record. */
export interface RecordPlace {
  before(): MetadataView;
  after(): MetadataView;
}

type Data = { readonly [name: string]: Json };

export function concernsTopic(record: LogRecordJson, topic: string, place: RecordPlace): boolean {
  const data = dataOf(record);
  if (record.type === "CONFIG_RECORD") {
    return data.resourceType === ConfigResource.TOPIC && data.resourceName === topic;
  }
  if (record.type === "TOPIC_RECORD") return data.name === topic;
  // No name stands for all topics.
  if (record.type === "CLEAR_ELR_RECORD") return data.topicName === topic || data.topicName === "";
  if (typeof data.topicId !== "string") return false;
  const { topicId } = data;
  // A topic that the batch removes is there before it, one that it creates after it.
  const found = place.after().topicById(topicId) ?? place.before().topicById(topicId);
  return found?.name === topic;
}

const PARTITION_RECORDS: readonly string[] = ["PARTITION_RECORD", "PARTITION_CHANGE_RECORD"];
const BROKER_LISTS = ["replicas", "isr", "addingReplicas", "removingReplicas"] as const;

export function concernsBroker(
  record: LogRecordJson,
  brokerId: number,
  place: RecordPlace,
): boolean {
  const data = dataOf(record);
  if (record.type === "CONFIG_RECORD") {
    // No name stands for all brokers.
    const isNamed = data.resourceName === String(brokerId) || data.resourceName === "";
    return data.resourceType === ConfigResource.BROKER && isNamed;
  }
  if (!PARTITION_RECORDS.includes(record.type)) {
    // Fencing is written with the name `id`.
    return data.brokerId === brokerId || (record.type.includes("BROKER") && data.id === brokerId);
  }
  if (data.leader === brokerId) return true;
  if (BROKER_LISTS.some((list) => includes(data[list], brokerId))) return true;
  const { topicId, partitionId } = data;
  if (typeof topicId !== "string" || typeof partitionId !== "number") return false;
  // A change says only what changes; the broker may be among the replicas all the same.
  return [place.after(), place.before()].some(
    (view) => view.partition(topicId, partitionId)?.replicas.includes(brokerId) ?? false,
  );
}

function dataOf({ data }: LogRecordJson): Data {
  return typeof data === "object" && data !== null && !Array.isArray(data) ? data : {};
}

function includes(list: Json | undefined, brokerId: number): boolean {
  return Array.isArray(list) && list.includes(brokerId);
}
