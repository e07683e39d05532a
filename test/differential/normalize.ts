/**
 * What both sides can be compared by: records and answers with each side's own values replaced by the shared names,
 * and without what may differ (times, offsets, addresses).
 */

import { createHmac } from "node:crypto";
import { ZERO_UUID } from "../../src/base/uuid.ts";
import type { ApiName } from "../../src/protocol/apis.ts";
import type { MetadataRecord, RecordName } from "../../src/protocol/metadata-record.ts";
import { TOKEN_SECRET } from "./properties.ts";
import type { Symbols } from "./symbols.ts";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface NormalRecord {
  readonly type: RecordName;
  readonly version: number;
  readonly data: Readonly<Record<string, Json>>;
}

const EPOCH_KEYS: ReadonlySet<string> = new Set(["brokerEpoch", "previousBrokerEpoch", "epoch"]);
/** Nothing that is no time is that large, and every time is larger. */
const LEAST_TIMESTAMP_MS = 1_500_000_000_000;
const BUCKET_MS = 10_000;

/** Names the values that a record brings into the world. Records must be seen in the order of the log. */
export function bindRecord(symbols: Symbols, { type, data }: MetadataRecord): void {
  switch (type) {
    case "topic":
      symbols.bindNext("uuid", `topic/${data.name}`, data.topicId);
      break;
    case "registerBroker":
      symbols.bindNext("epoch", `epoch/${data.brokerId}`, data.brokerEpoch);
      break;
    case "accessControlEntry": {
      const { id, ...entry } = data;
      symbols.bindNext("uuid", `acl/${Object.values(entry).join("|")}`, id);
      break;
    }
    case "delegationToken": {
      const token = symbols.bindNext("text", "token", data.tokenId).slice(1);
      const hmac = createHmac("sha512", TOKEN_SECRET).update(data.tokenId).digest();
      symbols.bind("bytes", `hmac/${token}`, new Uint8Array(hmac));
      for (const time of [data.issueTimestamp, data.maxTimestamp, data.expirationTimestamp]) {
        symbols.bindNext("text", `time/${token}`, String(time));
      }
      break;
    }
    default:
      break;
  }
}

/** A record under the shared names; `nowMs` is when its request was sent. */
export function normalRecord(
  symbols: Symbols,
  record: MetadataRecord,
  nowMs: number,
): NormalRecord {
  const { type, version } = record;
  const data = rename(symbols, record.data, type, nowMs) as Record<string, Json>;
  if (record.type !== "delegationToken") return { type, version, data };
  const { issueTimestamp, maxTimestamp, expirationTimestamp } = record.data;
  const lifetime = bucket(Number(maxTimestamp - issueTimestamp));
  const isAtMost = expirationTimestamp === maxTimestamp;
  const expires = isAtMost ? "at most" : bucket(Number(expirationTimestamp) - nowMs);
  return { type, version, data: { ...data, maxTimestamp: lifetime, expirationTimestamp: expires } };
}

/** An answer under the shared names. */
export function normalAnswer(symbols: Symbols, call: AnsweredCall): Json {
  const { api, request } = call;
  const named = rename(symbols, call.body, api, call.nowMs) as Record<string, Json>;
  switch (api) {
    case "apiVersions": {
      const { apiKeys: _, finalizedFeaturesEpoch: __, ...rest } = named;
      return {
        ...rest,
        supportedFeatures: sortedByText(rest.supportedFeatures),
        finalizedFeatures: sortedByText(rest.finalizedFeatures),
      };
    }
    case "createTopics":
      return { ...named, topics: (named.topics as readonly Json[]).map(withoutFreshId) };
    default:
      return inOrder(api, request, named);
  }
}

export interface AnsweredCall {
  readonly api: ApiName;
  readonly request: Readonly<Record<string, unknown>>;
  readonly body: object;
  readonly nowMs: number;
}

/** Lists that Kafka writes in the order of hash tables of random ids, or of enums, whose hash is another in each JVM. */
function inOrder(
  api: ApiName,
  request: Readonly<Record<string, unknown>>,
  named: Readonly<Record<string, Json>>,
): Json {
  switch (api) {
    case "deleteTopics":
      return { ...named, responses: sortedByText(named.responses) };
    case "incrementalAlterConfigs":
    case "alterConfigs":
      return { ...named, responses: sortedByText(named.responses) };
    case "electLeaders":
      if (request.topicPartitions !== null) return named;
      return {
        ...named,
        replicaElectionResults: sortedWithin(named.replicaElectionResults, "partitionResult"),
      };
    case "listPartitionReassignments":
      if (request.topics !== null) return named;
      return { ...named, topics: sortedWithin(named.topics, "partitions") };
    case "describeAcls":
      return { ...named, resources: sortedWithin(named.resources, "acls") };
    case "deleteAcls": {
      const filterResults = (named.filterResults as readonly Record<string, Json>[]).map(
        (result) => ({ ...result, matchingAcls: sortedByText(result.matchingAcls) }),
      );
      return { ...named, filterResults };
    }
    case "describeDelegationToken":
      return { ...named, tokens: sortedByText(named.tokens) };
    case "describeCluster": {
      const brokers = (named.brokers as readonly Json[]).length > 0 ? "some" : "none";
      const controllerId = Number(named.controllerId) > 0 ? "one" : (named.controllerId ?? null);
      return { ...named, brokers, controllerId };
    }
    case "describeQuorum":
      return withoutQuorum(named);
    default:
      return named;
  }
}

function sortedByText(list: Json | undefined): Json {
  const items = (list ?? []) as readonly Json[];
  return items.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

/** What an item is, before what is said of it. */
function textOf(item: Json): string {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return JSON.stringify(item);
  const { errorCode: _, errorMessage: __, ...rest } = item as { readonly [key: string]: Json };
  return JSON.stringify([rest, item]);
}

/** A list of things that each have a list, both in order. */
function sortedWithin(list: Json | undefined, inner: string): Json {
  const items = (list ?? []) as readonly Record<string, Json>[];
  return sortedByText(items.map((item) => ({ ...item, [inner]: sortedByText(item[inner]) })));
}

/** A topic that is only validated is told an id that nobody will ever hear of again. */
function withoutFreshId(topic: Json): Json {
  const { topicId } = topic as { readonly topicId: string };
  const isKnown = topicId.startsWith("§") || topicId === ZERO_UUID;
  return isKnown ? topic : { ...(topic as object), topicId: "fresh" };
}

/** Who votes and how far everybody is differs by construction. */
function withoutQuorum(value: Json, key = ""): Json {
  if (["leaderId", "leaderEpoch", "highWatermark"].includes(key))
    return Number(value) > 0 ? "some" : value;
  if (["currentVoters", "observers", "nodes"].includes(key)) return "some";
  if (Array.isArray(value)) return value.map((item) => withoutQuorum(item));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutQuorum(inner, name)]),
  );
}

function rename(symbols: Symbols, value: unknown, key: string, nowMs: number): Json {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "bigint") return renameNumber(symbols, value, key, nowMs);
  if (typeof value === "string") {
    return key === "errorMessage" ? symbols.nameInMessage(value) : symbols.nameOfText(value);
  }
  if (value instanceof Uint8Array) {
    return symbols.nameOfText(Buffer.from(value).toString("base64"));
  }
  if (Array.isArray(value)) return value.map((item) => rename(symbols, item, key, nowMs));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, inner]) => [
      name,
      rename(symbols, inner, name, nowMs),
    ]),
  );
}

function renameNumber(symbols: Symbols, value: bigint, key: string, nowMs: number): Json {
  if (EPOCH_KEYS.has(key)) return symbols.nameOfEpoch(value);
  if (/timestamp/i.test(key) && value > LEAST_TIMESTAMP_MS) {
    const name = symbols.nameOfText(String(value));
    return name === String(value) ? bucket(Number(value) - nowMs) : name;
  }
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

/** A time span without the milliseconds that a request takes. */
function bucket(spanMs: number): string {
  return `now+${Math.floor((spanMs + 2_000) / BUCKET_MS) * 10}s`;
}
