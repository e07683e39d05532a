/** The audit log of the HTTP API: who asked for which change, with what outcome, and nothing more. */

import { bytesToHex } from "@noble/hashes/utils.js";
import { beforeEach, describe, expect, it } from "vitest";
import type { Uuid } from "../../src/base/uuid.ts";
import type { WriteApi } from "../../src/controller/api.ts";
import { AuditLog } from "../../src/controller/audit-log.ts";
import { APIS } from "../../src/protocol/apis.ts";
import type { Cluster } from "./cluster.ts";
import { ROWS } from "./every-right.ts";
import { ADMIN, clusterWithTopic, guardedCluster, HttpClient, hashOf } from "./http-client.ts";
import { creation } from "./requests.ts";
import { TOPIC } from "./right-row.ts";

let cluster: Cluster;
let admin: HttpClient;
let alice: HttpClient;
let topicId: Uuid;

beforeEach(() => {
  ({ cluster, admin, alice, topicId } = clusterWithTopic());
  cluster.logged.length = 0;
});

function lines(event = "audit") {
  return cluster.logged.filter((line) => line.event === event).map(({ fields }) => fields);
}

function written<N extends WriteApi>(client: HttpClient, api: N, body = bodyOf(api)) {
  return client.written(api, body as never);
}

function bodyOf(api: WriteApi): unknown {
  return ROWS[api as keyof typeof ROWS].body(topicId);
}

const WHO = { requestId: "request-1", principal: "User:alice", host: "10.0.0.1" };

/** Those that whoever holds a token may ask for are in delegation-tokens.test.ts. */
type Denied = Exclude<WriteApi, "brokerHeartbeat" | `${string}DelegationToken`>;

/** What each request is about, as the log names it. */
const RESOURCES: { readonly [N in Denied]: readonly string[] } = {
  createTopics: ["Topic:new"],
  deleteTopics: ["Topic:<id>", "Topic:unknown"],
  createPartitions: ["Topic:events"],
  incrementalAlterConfigs: ["TOPIC_CONFIG:events"],
  createAcls: ["Acl:TOPIC:orders"],
  deleteAcls: ["Acl:USER:any"],
  alterPartitionReassignments: ["Topic:events"],
  electLeaders: ["Topic:events"],
  updateFeatures: [],
  alterClientQuotas: ["ClientQuota:user=alice"],
  alterUserScramCredentials: ["User:alice"],
  brokerRegistration: ["Broker:7"],
  unregisterBroker: ["Broker:101"],
  unregisterController: ["Controller:9"],
};
const AUDITED = Object.keys(RESOURCES) as (keyof typeof RESOURCES)[];

describe("a line is written", () => {
  it.each(AUDITED)("for %s that is denied", (api) => {
    written(alice, api);
    const { highWatermark, epoch } = cluster.status(admin.target);
    expect(lines()).toEqual([
      {
        ...WHO,
        request: APIS[api].name,
        resources: RESOURCES[api].map((text) => text.replace("<id>", topicId)),
        resourceCount: RESOURCES[api].length,
        outcome: "denied",
        offset: highWatermark - 1,
        epoch,
      },
    ]);
  });

  it.each(AUDITED)("for %s that is served", (api) => {
    const { logEndOffset } = cluster.status(admin.target);
    const reply = written(admin, api);
    const grown = cluster.status(admin.target).logEndOffset > logEndOffset;
    const found = lines();
    expect(found).toMatchObject([{ principal: "User:admin", request: APIS[api].name }]);
    expect(found[0]?.outcome === "changed").toBe(grown);
    if (reply.kind === "written") expect(found).toMatchObject([{ offset: reply.offset }]);
  });

  it("for every change of an access token", () => {
    const token = { tokenId: "carol-token-", secretHash: hashOf("c") };
    const facts = { principal: "User:carol", description: "", lifetimeMs: null };
    admin.change({ what: "create", ...token, ...facts });
    admin.change({ what: "create", ...token, ...facts });
    admin.change({ what: "rotate", ...token, secretHash: hashOf("d"), overlapMs: 0 });
    alice.change({ what: "revoke", tokenId: token.tokenId });
    admin.change({ what: "revoke", tokenId: token.tokenId });
    admin.change({ what: "revoke", tokenId: token.tokenId });
    const about = { resources: ["AccessToken:carol-token-"], resourceCount: 1 };
    expect(lines()).toMatchObject([
      { ...about, request: "CreateAccessToken", outcome: "changed" },
      { ...about, request: "CreateAccessToken", outcome: "unchanged" },
      { ...about, request: "RotateAccessToken", outcome: "changed" },
      { ...about, request: "RevokeAccessToken", outcome: "denied", principal: "User:alice" },
      { ...about, request: "RevokeAccessToken", outcome: "changed" },
      { ...about, request: "RevokeAccessToken", outcome: "RESOURCE_NOT_FOUND" },
    ]);
  });

  it("at the offset and in the epoch of the change", () => {
    const reply = admin.written("createTopics", creation("orders"));
    if (reply.kind !== "written") throw new Error(reply.kind);
    const { offset, epoch } = reply;
    expect(lines()).toMatchObject([{ outcome: "changed", offset, epoch }]);
  });

  it("with its answer, not before it is committed", () => {
    const three = guardedCluster({ controllers: 3 });
    const root = new HttpClient(three);
    const change = { what: "revoke", tokenId: ADMIN.tokenId } as const;
    const request = { kind: "change-token", sender: root.sender, change } as const;
    const answer = three.post(root.target, request);
    const audits = () => three.logged.filter(({ event }) => event === "audit");
    expect(audits()).toEqual([]);
    expect(answer().kind).toBe("token-changed");
    expect(audits()).toMatchObject([{ fields: { outcome: "changed" } }]);
  });

  it("for what is refused, with the reason", () => {
    admin.written("createTopics", creation(TOPIC));
    admin.written("createTopics", { ...creation("new"), validateOnly: true });
    admin.written(
      "deleteTopics",
      { topics: [{ name: TOPIC }], timeoutMs: 1000 },
      { resource: { kind: "topic", name: TOPIC }, etags: ["other"] },
    );
    const topics = Array.from({ length: 20_001 }, (_, index) => ({ name: `t${index}` }));
    admin.written("deleteTopics", { topics, timeoutMs: 1000 });
    expect(lines().map(({ outcome }) => outcome)).toEqual([
      "TOPIC_ALREADY_EXISTS",
      "unchanged",
      "precondition-failed",
      "INVALID_REQUEST",
    ]);
    expect(lines()[3]).toMatchObject({ resourceCount: 20_001 });
    expect(lines()[3]?.resources).toHaveLength(10);
  });

  it("for what is sent again under its key, and for what is not the same", () => {
    const send = (fingerprint: number) => {
      const retentionMs = 60_000;
      const idempotency = {
        key: "k",
        fingerprint: new Uint8Array(32).fill(fingerprint),
        retentionMs,
      };
      return cluster.api(admin.target, {
        kind: "write",
        sender: admin.sender,
        api: "createTopics",
        body: creation("orders"),
        idempotency,
      });
    };
    const first = send(1);
    cluster.run(1000);
    admin.written("createTopics", creation("payments"));
    send(1);
    send(2);
    if (first.kind !== "written") throw new Error(first.kind);
    const { offset } = first;
    expect(lines()).toMatchObject([
      { outcome: "changed", offset },
      { outcome: "changed" },
      { outcome: "replayed" },
      { outcome: "key-reused" },
    ]);
  });

  it("for who has not proved who he is, and nobody's name in it", () => {
    written(new HttpClient(cluster, { ...ADMIN, secret: "guess" }), "createTopics");
    new HttpClient(cluster, null).change({ what: "revoke", tokenId: ADMIN.tokenId });
    const nobody = { requestId: "request-1", principal: "", host: "10.0.0.1" };
    expect(lines()).toMatchObject([
      { ...nobody, request: "CreateTopics", resources: [], outcome: "unauthenticated" },
      { ...nobody, request: "RevokeAccessToken", outcome: "unauthenticated" },
    ]);
  });

  it("for who comes too often", () => {
    const limited = guardedCluster({ properties: { "quorate.http.requests.per.second": "1" } });
    const root = new HttpClient(limited);
    for (let i = 0; i < 3; i++) root.change({ what: "revoke", tokenId: "x" });
    const outcomes = limited.logged.map(({ fields }) => fields.outcome);
    expect(outcomes).toEqual(["RESOURCE_NOT_FOUND", "RESOURCE_NOT_FOUND", "throttled"]);
  });
});

describe("no line is written", () => {
  it("for heartbeats, nor for what is read", () => {
    written(admin, "brokerHeartbeat");
    written(alice, "brokerHeartbeat");
    new HttpClient(cluster, null).written("brokerHeartbeat", bodyOf("brokerHeartbeat") as never);
    admin.read({ what: "cluster" });
    alice.read({ what: "cluster" });
    expect(lines()).toEqual([]);
  });

  it("for what the gateway does by itself", () => {
    cluster.api(admin.target, {
      kind: "write",
      sender: null,
      api: "createTopics",
      body: creation("own"),
    });
    expect(lines()).toEqual([]);
  });
});

describe("lines tell no more than names", () => {
  it("no values, no keys, no secrets and no hashes of them", () => {
    const value = "a-very-private-value";
    const secretHash = hashOf(value);
    const bytes = new Uint8Array(32).fill(0x5a);
    const change = { name: "sasl.jaas.config", configOperation: 0, value };
    admin.written("incrementalAlterConfigs", {
      resources: [{ resourceType: 4, resourceName: "", configs: [change] }],
      validateOnly: false,
    });
    admin.written("alterUserScramCredentials", {
      deletions: [],
      upsertions: [
        { name: "bob", mechanism: 1, iterations: 4096, salt: bytes, saltedPassword: bytes },
      ],
    });
    admin.change({
      what: "create",
      tokenId: "carol-token-",
      principal: "User:carol",
      secretHash,
      description: value,
      lifetimeMs: null,
    });
    new HttpClient(cluster, { ...ADMIN, secret: value }).change({ what: "revoke", tokenId: "x" });
    alice.change({ what: "rotate", tokenId: "carol-token-", secretHash, overlapMs: 0 });
    expect(lines()).toHaveLength(5);
    const text = JSON.stringify(cluster.logged);
    const hidden = [
      value,
      ...[secretHash, bytes, hashOf(ADMIN.secret)].flatMap((hash) => [
        bytesToHex(hash),
        [...hash].join(","),
        Buffer.from(hash).toString("base64"),
        Buffer.from(hash).toString("base64url"),
      ]),
    ];
    expect(hidden.filter((one) => text.includes(one))).toEqual([]);
  });

  it("names that are long are cut", () => {
    admin.written("deleteTopics", { topics: [{ name: "n".repeat(1000) }], timeoutMs: 1000 });
    expect(lines()[0]?.resources).toEqual([`Topic:${"n".repeat(294)}...`]);
  });

  it("and of very many at once not all, but how many", () => {
    const log = new AuditLog();
    const line = {
      requestId: "r",
      principal: "p",
      host: "h",
      request: "q",
      resources: [],
      outcome: "changed",
      offset: 1,
      epoch: 1,
    };
    for (let i = 0; i < 1003; i++) log.add(line);
    const taken = log.take();
    expect(taken).toHaveLength(1001);
    expect(taken.at(-1)).toEqual({ omitted: 3 });
    expect(log.take()).toEqual([]);
  });
});

it("a denial names the request that it belongs to", () => {
  written(alice, "createPartitions");
  alice.read({ what: "topic", name: TOPIC });
  const denied = { requestId: "request-1", principal: "User:alice", host: "10.0.0.1" };
  expect(lines("authorization-denied")).toMatchObject([
    {
      ...denied,
      operation: "ALTER",
      resource: "Topic:LITERAL:events",
      request: "CreatePartitions",
    },
    { ...denied, operation: "DESCRIBE", resource: "Topic:LITERAL:events", request: "Read topic" },
  ]);
});
