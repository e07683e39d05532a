/** The whole metadata at one offset as lines of JSON, read and sent a part at a time. */

import type { ImageItem } from "../../src/controller/read-result.ts";
import {
  nameOf,
  Operation,
  PatternType,
  Permission,
  ResourceType,
} from "../../src/state/authorizer.ts";
import type { QuorumCalls } from "./context.ts";
import { bareBroker, bareController } from "./presentation.ts";
import { SCRAM_MECHANISMS } from "./scram.ts";

/** Each part is a call, of which a Worker may make so many for one request: 250 for a million partitions. */
const ITEMS_PER_PART = 4000;

/** Reads the first part at once, so that what is wrong is said before anything is sent. */
export async function imageStream(
  quorum: QuorumCalls,
  clusterId: string,
): Promise<ReadableStream<Uint8Array>> {
  const read = (after: string | null) =>
    ({ what: "image", page: { after, limit: ITEMS_PER_PART } }) as const;
  let part = await quorum.read(read(null));
  const { offset = 0, epoch = 0 } = quorum.trueAt ?? {};
  const encoder = new TextEncoder();
  let items = 0;

  const source: UnderlyingSource<Uint8Array> = {
    start(controller) {
      const first = { type: "IMAGE", cluster_id: clusterId, offset, epoch };
      controller.enqueue(encoder.encode(line(first)));
    },
    async pull(controller) {
      const { next } = part;
      items += part.items.length;
      const lines = part.items.map((item) => line(itemJson(item))).join("");
      const end = next === null ? line({ type: "END", items }) : "";
      controller.enqueue(encoder.encode(lines + end));
      if (next === null) {
        controller.close();
        return;
      }
      // A client that gets no END has not got everything.
      part = await quorum.read(read(next), { kind: "at-offset", offset, anywhere: false });
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function itemJson(item: ImageItem): object {
  switch (item.kind) {
    case "feature":
      return { type: "FEATURE", feature_name: item.name, level: item.level };
    case "controller":
      return { type: "CONTROLLER", ...bareController(item.controller) };
    case "broker":
      return { type: "BROKER", ...bareBroker(item.broker) };
    case "topic": {
      const { name, topicId, partitionCount } = item.topic;
      return {
        type: "TOPIC",
        topic_name: name,
        topic_id: topicId,
        partitions_count: partitionCount,
      };
    }
    case "partition":
      return partitionJson(item);
    case "config":
      return {
        type: "CONFIG",
        resource_type: item.type,
        resource_name: item.setting.resourceName,
        name: item.setting.name,
        value: item.setting.value,
      };
    default:
      return clientJson(item);
  }
}

function partitionJson(item: Extract<ImageItem, { kind: "partition" }>): object {
  const { partition } = item;
  return {
    type: "PARTITION",
    topic_name: item.topic,
    partition_id: item.index,
    replica_ids: partition.replicas,
    directory_ids: partition.directories,
    isr: partition.isr,
    elr: partition.elr,
    last_known_elr: partition.lastKnownElr,
    adding_replicas: partition.addingReplicas,
    removing_replicas: partition.removingReplicas,
    leader_id: partition.leader,
    leader_recovery_state: partition.leaderRecoveryState,
    leader_epoch: partition.leaderEpoch,
    partition_epoch: partition.partitionEpoch,
  };
}

type ClientItem = Extract<
  ImageItem,
  { kind: "quota" | "scram-credential" | "delegation-token" | "acl" | "producer-ids" }
>;

function clientJson(item: ClientItem): object {
  switch (item.kind) {
    case "quota":
      return {
        type: "CLIENT_QUOTA",
        entity: Object.fromEntries(
          item.quota.entity.map((part) => [part.entityType, part.entityName]),
        ),
        quota_name: item.quota.key,
        value: item.quota.value,
      };
    case "scram-credential":
      return {
        type: "SCRAM_CREDENTIAL",
        user_name: item.credential.name,
        mechanism: SCRAM_MECHANISMS[item.credential.mechanism - 1] ?? "",
        iterations: item.credential.iterations,
      };
    case "delegation-token":
      return {
        type: "DELEGATION_TOKEN",
        token_id: item.token.tokenId,
        owner: item.token.owner,
        requester: item.token.requester,
        renewers: item.token.renewers,
        issue_timestamp_ms: item.token.issueTimestampMs,
        max_timestamp_ms: item.token.maxTimestampMs,
        expiration_timestamp_ms: item.token.expirationTimestampMs,
      };
    case "acl":
      return {
        type: "ACL",
        resource_type: nameOf(ResourceType, item.acl.resourceType),
        resource_name: item.acl.resourceName,
        pattern_type: nameOf(PatternType, item.acl.patternType),
        principal: item.acl.principal,
        host: item.acl.host,
        operation: nameOf(Operation, item.acl.operation),
        permission: nameOf(Permission, item.acl.permissionType),
      };
    case "producer-ids":
      return { type: "PRODUCER_IDS", next_producer_id: item.nextProducerId };
  }
}
