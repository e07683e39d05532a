/** The quorum as its leader sees it, and its log. */

import * as v from "valibot";
import type { QuorumReplica, QuorumState } from "../../../src/controller/api.ts";
import type { GatewayContext } from "../context.ts";
import { digits, pathText, readQuery, refuseQuery } from "../input.ts";
import { Links } from "../presentation.ts";
import { CLUSTER, type Route } from "../route.ts";

function replicaJson(replica: QuorumReplica, quorum: QuorumState) {
  const leader = quorum.voters.find(({ replicaId }) => replicaId === quorum.leaderId);
  const endOffset = leader?.logEndOffset ?? quorum.highWatermark;
  const known = replica.logEndOffset >= 0;
  return {
    replica_id: replica.replicaId,
    directory_id: replica.directoryId,
    is_leader: replica.replicaId === quorum.leaderId,
    log_end_offset: replica.logEndOffset,
    lag: known ? Math.max(endOffset - replica.logEndOffset, 0) : endOffset,
    last_fetch_timestamp_ms: replica.lastFetchTimestampMs,
    last_caught_up_timestamp_ms: replica.lastCaughtUpTimestampMs,
  };
}

async function describe(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const { quorum } = await context.var.quorum.read({ what: "quorum" });
  const links = new Links(context, pathText(context, "cluster"));
  return context.json({
    ...links.item("KafkaQuorum", []),
    metadata: { self: links.url([], "quorum") },
    leader_id: quorum.leaderId,
    leader_epoch: quorum.leaderEpoch,
    high_watermark: quorum.highWatermark,
    voters: quorum.voters.map((replica) => replicaJson(replica, quorum)),
    observers: quorum.observers.map((replica) => replicaJson(replica, quorum)),
    endpoints: quorum.endpoints.map(({ id, host, port }) => ({ controller_id: id, host, port })),
  });
}

async function voters(context: GatewayContext): Promise<Response> {
  refuseQuery(context);
  const { quorum } = await context.var.quorum.read({ what: "quorum" });
  const links = new Links(context, pathText(context, "cluster"));
  const data = quorum.voters.map((replica) => replicaJson(replica, quorum));
  return context.json(links.list("KafkaQuorumVoterList", [], "quorum/voters", data));
}

const anyOffset = v.optional(digits(0, Number.MAX_SAFE_INTEGER), "0");

const LogQuery = {
  offset: anyOffset,
  max_records: v.optional(digits(1, 10_000), "1000"),
  wait_ms: v.optional(digits(0, 30_000), "0"),
};

async function log(context: GatewayContext): Promise<Response> {
  const query = readQuery(context, LogQuery);
  const reply = await context.var.quorum.log({
    form: "records",
    fromOffset: query.offset,
    maxRecords: query.max_records,
    maxWaitMs: query.wait_ms,
  });
  const links = new Links(context, pathText(context, "cluster"));
  const data = reply.records.map(({ timestampMs, ...record }) => ({
    offset: record.offset,
    epoch: record.epoch,
    timestamp_ms: timestampMs,
    control: record.control,
    type: record.type,
    version: record.version,
    data: record.data,
  }));
  return context.json({
    ...links.list("KafkaMetadataRecordList", [], "log", data),
    next_offset: reply.nextOffset,
    high_watermark: reply.highWatermark,
  });
}

async function rawLog(context: GatewayContext): Promise<Response> {
  const query = readQuery(context, { offset: anyOffset, wait_ms: LogQuery.wait_ms });
  const reply = await context.var.quorum.log({
    form: "raw",
    fromOffset: query.offset,
    maxRecords: 1,
    maxWaitMs: query.wait_ms,
  });
  // A copy has a buffer of its own, which is what a body must be.
  return context.body(new Uint8Array(reply.raw), 200, {
    "Content-Type": "application/octet-stream",
    "Quorate-Next-Offset": String(reply.nextOffset),
  });
}

export const quorumRoutes: readonly Route[] = [
  { method: "GET", path: `${CLUSTER}/quorum`, handle: describe },
  { method: "GET", path: `${CLUSTER}/quorum/voters`, handle: voters },
  { method: "GET", path: `${CLUSTER}/log`, handle: log },
  { method: "GET", path: `${CLUSTER}/log/raw`, handle: rawLog },
];
