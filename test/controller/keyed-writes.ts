/** Changes that are sent under a key, and a cluster to send them to. */

import type { ApiReply, ApiRequest, LogRecordJson } from "../../src/controller/api.ts";
import type { Idempotency } from "../../src/controller/sender.ts";
import type { Cluster } from "./cluster.ts";
import { guardedCluster, HttpClient } from "./http-client.ts";
import { creation, heartbeat, registration } from "./requests.ts";

export type Write = Extract<ApiRequest, { kind: "write" }>;
type Written = Extract<ApiReply, { kind: "written" }>;

const RETENTION_MS = 60_000;

/** A cluster of three that asks for access tokens and enforces ACLs, with broker 101. */
export function clusterForKeys(properties: Readonly<Record<string, string>> = {}): {
  cluster: Cluster;
  admin: HttpClient;
} {
  const cluster = guardedCluster({
    controllers: 3,
    // Brokers do not heartbeat here.
    properties: { "broker.session.timeout.ms": "6000000", ...properties },
  });
  const admin = new HttpClient(cluster);
  join(cluster, admin.target, 101);
  return { cluster, admin };
}

export function join(cluster: Cluster, leader: number, brokerId: number): void {
  const registered = registration(cluster, brokerId);
  const { brokerEpoch } = cluster.askAsPeer(leader, "brokerRegistration", registered);
  cluster.askAsPeer(leader, "brokerHeartbeat", heartbeat(brokerId, brokerEpoch));
}

/** A key for a minute; two that are `asked` for something else have another fingerprint. */
export function keyed(
  key: string,
  { asked = key, ...rest }: Partial<Idempotency> & { readonly asked?: string } = {},
): Idempotency {
  const fingerprint = new Uint8Array(32).fill(asked.length);
  return { key, fingerprint, retentionMs: RETENTION_MS, ...rest };
}

/** The creation of a topic under a key; `body` replaces what is given of it. */
export function creationOf(
  { sender }: HttpClient,
  name: string,
  idempotency: Idempotency,
  body: object = {},
): Write {
  const asked = { ...creation(name), ...body };
  return { kind: "write", sender, api: "createTopics", body: asked, idempotency };
}

/** The reply, which must be that something was written. */
export function written(reply: ApiReply | null): Written {
  if (reply?.kind !== "written") throw new Error(JSON.stringify(reply));
  return reply;
}

/** The first topic of an answer to CreateTopics. */
export function topicOf(reply: ApiReply | null) {
  const { topics } = written(reply).body as {
    topics: readonly { name: string; topicId: string; errorCode: number }[];
  };
  return topics[0];
}

/** All records that are committed, as the controller tells them. */
export function committedLog(cluster: Cluster, leader: number): readonly LogRecordJson[] {
  const range = { fromOffset: 0, maxRecords: 10_000, maxWaitMs: 0 };
  const reply = cluster.api(leader, { kind: "log", sender: null, form: "records", ...range });
  if (reply.kind !== "log") throw new Error(reply.kind);
  return reply.records;
}
