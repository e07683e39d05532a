/** The metadata log, decoded or as it is. */

import * as v from "valibot";
import type { LogFilter, LogRecordJson } from "../../../src/controller/api.ts";
import { LOG_RECORD_TYPES } from "../../../src/controller/read-log.ts";
import type { Call } from "../call.ts";
import { imageStream } from "../image-stream.ts";
import { digits, text } from "../input.ts";
import { badRequest, type HttpError } from "../kafka-error.ts";
import { logFeed } from "../log-feed.ts";
import { anyOffset, brokerId, consistencyQuery } from "../parameters.ts";
import { neededRight } from "../right.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { LOG_SHAPES } from "../shapes/log-shapes.ts";

type AnyCall = Call<unknown, unknown, unknown>;

export const LOG = `${CLUSTER}/log`;

/** The log holds everything, so whoever reads it must be allowed to follow it as a broker does. */
export const FOLLOW = {
  operation: "CLUSTER_ACTION",
  resourceType: "CLUSTER",
  resource: "cluster",
} as const;

const fromOffset = v.optional(anyOffset("Where to begin."), "0");
const wait = v.optional(
  digits(0, 30_000, "How long to wait for the next commit when there is nothing yet."),
  "0",
);

export const filterQuery = {
  type: v.optional(
    v.pipe(
      text(1000),
      v.description(`Only records of these types, separated by commas: TOPIC_RECORD, for example.`),
    ),
  ),
  topic: v.optional(v.pipe(text(249), v.description("Only records about this topic."))),
  broker: v.optional(brokerId),
};

interface FilterQuery {
  readonly type?: string | undefined;
  readonly topic?: string | undefined;
  readonly broker?: number | undefined;
}

/** Undefined when every record is wanted. */
export function filterOf({ type, topic, broker }: FilterQuery): { readonly filter?: LogFilter } {
  if (type === undefined && topic === undefined && broker === undefined) return {};
  const types = type === undefined ? null : type.split(",");
  const unknown = types?.find((name) => !LOG_RECORD_TYPES.includes(name));
  if (unknown !== undefined) {
    throw badRequest(
      `Query parameter "type" names ${JSON.stringify(unknown.slice(0, 100))}, which is no type of records. Allowed: ${LOG_RECORD_TYPES.join(", ")}.`,
    );
  }
  return { filter: { types, topic: topic ?? null, brokerId: broker ?? null } };
}

export function recordJson({ timestampMs, ...record }: LogRecordJson) {
  return {
    offset: record.offset,
    epoch: record.epoch,
    timestamp_ms: timestampMs,
    control: record.control,
    type: record.type,
    version: record.version,
    data: record.data,
  };
}

/** Linearizable: whatever anybody has seen of the log is below this end. */
async function endOfLog({ quorum }: AnyCall): Promise<number> {
  await quorum.readAsGateway({ what: "features" });
  return (quorum.trueAt?.offset ?? -1) + 1;
}

function beyondEnd(offset: number, endOffset: number): HttpError {
  return badRequest(`Offset ${offset} is beyond the end of the log. Allowed: 0 to ${endOffset}.`);
}

/** Throws for an offset that nobody can have been told to go on at. A new leader knows less than was committed for a moment. */
async function checkWithin(call: AnyCall, offset: number, highWatermark: number): Promise<void> {
  if (offset <= highWatermark) return;
  const endOffset = await endOfLog(call);
  if (offset > endOffset) throw beyondEnd(offset, endOffset);
}

const read = route({
  method: "GET",
  path: LOG,
  operationId: "readLog",
  tag: "Log",
  summary: "Read committed records",
  description: "To follow the log, ask again from next_offset with wait_ms.",
  query: {
    offset: fromOffset,
    max_records: v.optional(
      digits(
        1,
        10_000,
        "At most so many records; an answer looks at 2,000 and says where to go on.",
      ),
      "1000",
    ),
    wait_ms: wait,
    ...filterQuery,
  },
  answers: {
    200: { description: "Records, decoded.", schema: LOG_SHAPES.KafkaMetadataRecordList },
  },
  right: FOLLOW,
  async handle(call) {
    const { query } = call;
    const reply = await call.quorum.log({
      form: "records",
      fromOffset: query.offset,
      maxRecords: query.max_records,
      maxWaitMs: query.wait_ms,
      ...filterOf(query),
    });
    await checkWithin(call, query.offset, reply.highWatermark);
    return call.ok({
      ...call.links.list("KafkaMetadataRecordList", [], "log", reply.records.map(recordJson)),
      next_offset: reply.nextOffset,
      high_watermark: reply.highWatermark,
    });
  },
});

const readRaw = route({
  method: "GET",
  path: `${LOG}/raw`,
  operationId: "readRawLog",
  tag: "Log",
  summary: "Read committed record batches as they are",
  description:
    "Answers put together in order, from offset 0 to an empty one, are a log segment that Kafka's own tools read.",
  query: { offset: fromOffset, wait_ms: wait },
  answers: {
    200: {
      description: "Whole record batches.",
      schema: v.string(),
      mediaType: "application/octet-stream",
      headers: { "Quorate-Next-Offset": "Where to go on." },
    },
  },
  right: FOLLOW,
  async handle(call) {
    const reply = await call.quorum.log({
      form: "raw",
      fromOffset: call.query.offset,
      maxRecords: 1,
      maxWaitMs: call.query.wait_ms,
    });
    await checkWithin(call, call.query.offset, reply.highWatermark);
    // A copy has a buffer of its own, which is what a body must be.
    return call.context.body(new Uint8Array(reply.raw), 200, {
      "Content-Type": "application/octet-stream",
      "Quorate-Next-Offset": String(reply.nextOffset),
    });
  },
});

const LAST_EVENT_ID = /^(0|[1-9]\d{0,15})$/;

/** Where a subscriber that was interrupted goes on; null for one that begins. */
function resumeOffset(call: AnyCall): number | null {
  const header = call.context.req.header("last-event-id");
  // A browser that has seen no event yet may send an empty one.
  if (header === undefined || header === "") return null;
  if (LAST_EVENT_ID.test(header) && Number.isSafeInteger(Number(header))) {
    return Number(header) + 1;
  }
  throw badRequest("The header Last-Event-ID must be the offset of a record.");
}

const feed = route({
  method: "GET",
  path: `${LOG}/feed`,
  operationId: "followLog",
  tag: "Log",
  summary: "Follow the log as Server-Sent Events",
  description:
    "One event for each committed record; its id is the offset. Begins at the end of the log unless told otherwise. The stream may end at any time: come back with Last-Event-ID, as browsers do by themselves.",
  query: {
    offset: v.optional(anyOffset("Where to begin; the end of the log when absent.")),
    ...filterQuery,
  },
  headers: { "Last-Event-ID": "The offset of the last record that was seen." },
  answers: {
    200: { description: "Events.", schema: v.string(), mediaType: "text/event-stream" },
  },
  right: FOLLOW,
  async handle(call) {
    const options = filterOf(call.query);
    await call.quorum.authenticate(neededRight(FOLLOW));
    const endOffset = await endOfLog(call);
    const fromOffset = resumeOffset(call) ?? call.query.offset ?? endOffset;
    if (fromOffset > endOffset) throw beyondEnd(fromOffset, endOffset);
    const stream = logFeed(call.quorum, { fromOffset, toJson: recordJson, ...options });
    return call.context.body(stream, 200, { "Content-Type": "text/event-stream" });
  },
});

const image = route({
  method: "GET",
  path: `${CLUSTER}/image`,
  operationId: "getImage",
  tag: "Log",
  summary: "Read the whole metadata at one offset",
  description:
    "Lines of JSON: IMAGE with the offset, one line for each thing, END. Without END the answer was cut off. Keys and tokens are left out.",
  query: consistencyQuery,
  answers: {
    200: {
      description: "Lines of JSON.",
      schema: LOG_SHAPES.ImageLine,
      mediaType: "application/x-ndjson",
    },
  },
  right: FOLLOW,
  async handle(call) {
    const stream = await imageStream(call.quorum, call.clusterId);
    return call.context.body(stream, 200, { "Content-Type": "application/x-ndjson" });
  },
});

export const logRoutes: readonly Route[] = [read, readRaw, feed, image];
