/**
 * Fetch as voters ask and are answered by it, read and written by hand: every commit waits for one of each, and the codec that
 * is derived from the schema takes several times as long over their forty fields. The bytes are the same. A message of
 * another form (an error, a divergence, several topics) is left to that codec.
 */

import type { ByteReader } from "../base/byte-reader.ts";
import type { ByteWriter } from "../base/byte-writer.ts";
import { ZERO_UUID } from "../base/uuid.ts";
import {
  type FetchRequest,
  type FetchResponse,
  fetchRequest,
  fetchResponse,
} from "./messages/fetch.ts";
import type { Init, Schema } from "./schema.ts";

/** Reads and writes some of the messages of one version. */
export interface ShortForm {
  readonly schema: Schema;
  readonly version: number;
  /** Null when the message has another form, wherever the reader is then. Throws MalformedError when it ends too early. */
  readonly read: (reader: ByteReader) => object | null;
  /** False when the message has another form, whatever was written then. */
  readonly write: (writer: ByteWriter, message: object) => boolean;
}

type ElementOf<A> = NonNullable<A> extends readonly (infer E)[] ? E : never;
type Asked = Init<typeof fetchRequest>;
type Served = Init<typeof fetchResponse>;
type AskedPartition = ElementOf<ElementOf<Asked["topics"]>["partitions"]>;
type ServedPartition = ElementOf<ElementOf<Served["responses"]>["partitions"]>;
type Endpoint = ElementOf<Served["nodeEndpoints"]>;

const VERSION = 18;
/** A compact array counts one more than it holds. */
const NONE = 1;
const ONE = 2;
const UNKNOWN_HIGH_WATERMARK = 2n ** 63n - 1n;
const LEADER_BYTES = 9;
const REPLICA_STATE_BYTES = 13;
/** Of an array of one endpoint, without its host: count, id, length of the host, port, rack, no tagged fields. */
const ENDPOINT_BYTES = 12;
/** Its length and that of the field that holds it take one byte each. */
const MAX_SHORT_TEXT = 100;

function readRequest(reader: ByteReader): FetchRequest | null {
  const maxWaitMs = reader.int32();
  const minBytes = reader.int32();
  const maxBytes = reader.int32();
  const isolationLevel = reader.int8();
  const sessionId = reader.int32();
  const sessionEpoch = reader.int32();
  if (reader.uvarint() !== ONE) return null;
  const topicId = reader.uuid();
  if (reader.uvarint() !== ONE) return null;
  const partition = readAskedPartition(reader);
  if (partition === null || reader.int8() !== 0) return null;
  if (reader.uvarint() !== NONE || reader.uvarint() !== NONE) return null;
  const replica = readReplica(reader);
  if (replica === null) return null;
  return {
    clusterId: replica.clusterId,
    replicaId: -1,
    replicaState: replica.state,
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel,
    sessionId,
    sessionEpoch,
    topics: [{ topic: "", topicId, partitions: [partition] }],
    forgottenTopicsData: [],
    rackId: "",
  };
}

function readAskedPartition(
  reader: ByteReader,
): FetchRequest["topics"][number]["partitions"][number] | null {
  const partition = reader.int32();
  const currentLeaderEpoch = reader.int32();
  const fetchOffset = reader.int64();
  const lastFetchedEpoch = reader.int32();
  const logStartOffset = reader.int64();
  const partitionMaxBytes = reader.int32();
  // Two tagged fields: the directory id, then the high watermark.
  if (reader.int8() !== 2 || reader.int8() !== 0 || reader.int8() !== 16) return null;
  const replicaDirectoryId = reader.uuid();
  if (reader.int8() !== 1 || reader.int8() !== 8) return null;
  const highWatermark = reader.int64();
  return {
    partition,
    currentLeaderEpoch,
    fetchOffset,
    lastFetchedEpoch,
    logStartOffset,
    partitionMaxBytes,
    replicaDirectoryId,
    highWatermark,
  };
}

/** The two tagged fields of the request itself. */
function readReplica(
  reader: ByteReader,
): { clusterId: string; state: FetchRequest["replicaState"] } | null {
  if (reader.int8() !== 2 || reader.int8() !== 0) return null;
  const end = reader.uvarint() + reader.position;
  const length = reader.uvarint() - 1;
  if (length < 0 || length > MAX_SHORT_TEXT) return null;
  const clusterId = reader.utf8(length);
  if (reader.position !== end) return null;
  if (reader.int8() !== 1 || reader.int8() !== REPLICA_STATE_BYTES) return null;
  const replicaId = reader.int32();
  const replicaEpoch = reader.int64();
  if (reader.int8() !== 0) return null;
  return { clusterId, state: { replicaId, replicaEpoch } };
}

function writeRequest(writer: ByteWriter, request: Asked): boolean {
  const { topics = [], replicaId = -1 } = request;
  const [topic] = topics;
  const [partition] = topic?.partitions ?? [];
  if (topic === undefined || partition === undefined) return false;
  if (topics.length !== 1 || topic.partitions?.length !== 1 || replicaId !== -1) return false;
  if (request.forgottenTopicsData !== undefined || request.rackId !== undefined) return false;
  writer.int32(request.maxWaitMs ?? 0);
  writer.int32(request.minBytes ?? 0);
  writer.int32(request.maxBytes ?? 2147483647);
  writer.int8(request.isolationLevel ?? 0);
  writer.int32(request.sessionId ?? 0);
  writer.int32(request.sessionEpoch ?? -1);
  writer.uvarint(ONE);
  writer.uuid(topic.topicId ?? ZERO_UUID);
  writer.uvarint(ONE);
  if (!writeAskedPartition(writer, partition)) return false;
  writer.int8(0);
  writer.uvarint(NONE);
  writer.uvarint(NONE);
  return writeReplica(writer, request);
}

function writeReplica(writer: ByteWriter, { clusterId, replicaState }: Asked): boolean {
  const replicaId = replicaState?.replicaId;
  if (replicaId === undefined || replicaId === -1) return false;
  if (typeof clusterId !== "string" || clusterId.length > MAX_SHORT_TEXT) return false;
  writer.int8(2);
  writer.int8(0);
  writer.int8(clusterId.length + 1);
  writer.int8(clusterId.length + 1);
  if (writer.utf8(clusterId) !== clusterId.length) return false;
  writer.int8(1);
  writer.int8(REPLICA_STATE_BYTES);
  writer.int32(replicaId);
  writer.int64(replicaState?.replicaEpoch ?? -1n);
  writer.int8(0);
  return true;
}

function writeAskedPartition(writer: ByteWriter, asked: AskedPartition): boolean {
  const { replicaDirectoryId, highWatermark } = asked;
  if (replicaDirectoryId === undefined || replicaDirectoryId === ZERO_UUID) return false;
  if (highWatermark === undefined || highWatermark === UNKNOWN_HIGH_WATERMARK) return false;
  writer.int32(asked.partition ?? 0);
  writer.int32(asked.currentLeaderEpoch ?? -1);
  writer.int64(asked.fetchOffset ?? 0n);
  writer.int32(asked.lastFetchedEpoch ?? -1);
  writer.int64(asked.logStartOffset ?? -1n);
  writer.int32(asked.partitionMaxBytes ?? 0);
  writer.int8(2);
  writer.int8(0);
  writer.int8(16);
  writer.uuid(replicaDirectoryId);
  writer.int8(1);
  writer.int8(8);
  writer.int64(highWatermark);
  return true;
}

function readResponse(reader: ByteReader): FetchResponse | null {
  const throttleTimeMs = reader.int32();
  const errorCode = reader.int16();
  const sessionId = reader.int32();
  if (reader.uvarint() !== ONE) return null;
  const topicId = reader.uuid();
  if (reader.uvarint() !== ONE) return null;
  const partition = readServedPartition(reader);
  if (partition === null || reader.int8() !== 0) return null;
  const nodeEndpoints = readEndpoints(reader);
  if (nodeEndpoints === null) return null;
  return {
    throttleTimeMs,
    errorCode,
    sessionId,
    responses: [{ topic: "", topicId, partitions: [partition] }],
    nodeEndpoints,
  };
}

function readServedPartition(
  reader: ByteReader,
): FetchResponse["responses"][number]["partitions"][number] | null {
  const partitionIndex = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  const lastStableOffset = reader.int64();
  const logStartOffset = reader.int64();
  if (reader.uvarint() !== NONE) return null;
  const preferredReadReplica = reader.int32();
  const length = reader.uvarint() - 1;
  if (length < 0) return null;
  const records = reader.take(length);
  // One tagged field: the leader.
  if (reader.int8() !== 1 || reader.int8() !== 1 || reader.int8() !== LEADER_BYTES) return null;
  const leaderId = reader.int32();
  const leaderEpoch = reader.int32();
  if (reader.int8() !== 0) return null;
  return {
    partitionIndex,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    divergingEpoch: { epoch: -1, endOffset: -1n },
    currentLeader: { leaderId, leaderEpoch },
    snapshotId: { endOffset: -1n, epoch: -1 },
    abortedTransactions: [],
    preferredReadReplica,
    records,
  };
}

/** None or one, in the tagged field of the response itself. */
function readEndpoints(reader: ByteReader): FetchResponse["nodeEndpoints"] | null {
  const fields = reader.int8();
  if (fields === 0) return [];
  if (fields !== 1 || reader.int8() !== 0) return null;
  const end = reader.uvarint() + reader.position;
  if (reader.uvarint() !== ONE) return null;
  const nodeId = reader.int32();
  const length = reader.uvarint() - 1;
  if (length < 0 || length > MAX_SHORT_TEXT) return null;
  const host = reader.utf8(length);
  const port = reader.int32();
  const isPlain = reader.int8() === 0 && reader.int8() === 0 && reader.position === end;
  return isPlain ? [{ nodeId, host, port, rack: null }] : null;
}

function writeResponse(writer: ByteWriter, response: Served): boolean {
  const { responses = [], nodeEndpoints = [] } = response;
  const [topic] = responses;
  const [partition] = topic?.partitions ?? [];
  if (topic === undefined || partition === undefined) return false;
  if (responses.length !== 1 || topic.partitions?.length !== 1) return false;
  writer.int32(response.throttleTimeMs ?? 0);
  writer.int16(response.errorCode ?? 0);
  writer.int32(response.sessionId ?? 0);
  writer.uvarint(ONE);
  writer.uuid(topic.topicId ?? ZERO_UUID);
  writer.uvarint(ONE);
  if (!writeServedPartition(writer, partition)) return false;
  writer.int8(0);
  return writeEndpoints(writer, nodeEndpoints);
}

function writeServedPartition(writer: ByteWriter, served: ServedPartition): boolean {
  const { currentLeader, records, abortedTransactions } = served;
  const leaderId = currentLeader?.leaderId;
  if (leaderId === undefined || leaderId === -1 || !(records instanceof Uint8Array)) return false;
  if (served.divergingEpoch !== undefined || served.snapshotId !== undefined) return false;
  if (abortedTransactions?.length !== 0) return false;
  writer.int32(served.partitionIndex ?? 0);
  writer.int16(served.errorCode ?? 0);
  writer.int64(served.highWatermark ?? 0n);
  writer.int64(served.lastStableOffset ?? -1n);
  writer.int64(served.logStartOffset ?? -1n);
  writer.uvarint(NONE);
  writer.int32(served.preferredReadReplica ?? -1);
  writer.uvarint(records.length + 1);
  writer.raw(records);
  writer.int8(1);
  writer.int8(1);
  writer.int8(LEADER_BYTES);
  writer.int32(leaderId);
  writer.int32(currentLeader?.leaderEpoch ?? -1);
  writer.int8(0);
  return true;
}

function writeEndpoints(writer: ByteWriter, endpoints: readonly Endpoint[]): boolean {
  const [endpoint] = endpoints;
  writer.int8(endpoint === undefined ? 0 : 1);
  if (endpoint === undefined) return true;
  const { host = "", rack = null } = endpoint;
  if (endpoints.length !== 1 || rack !== null || host.length > MAX_SHORT_TEXT) return false;
  writer.int8(0);
  writer.uvarint(ENDPOINT_BYTES + host.length);
  writer.uvarint(ONE);
  writer.int32(endpoint.nodeId ?? 0);
  writer.uvarint(host.length + 1);
  if (writer.utf8(host) !== host.length) return false;
  writer.int32(endpoint.port ?? 0);
  writer.int8(0);
  writer.int8(0);
  return true;
}

/** Of the request and of the response. */
export const VOTER_FETCH: readonly ShortForm[] = [
  {
    schema: fetchRequest,
    version: VERSION,
    read: readRequest,
    write: (writer, message) => writeRequest(writer, message),
  },
  {
    schema: fetchResponse,
    version: VERSION,
    read: readResponse,
    write: (writer, message) => writeResponse(writer, message),
  },
];
