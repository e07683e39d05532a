/** Changes that are sent again under a key: made once, answered alike, however often and to whomever they are sent. */

import { beforeEach, describe, expect, it, test } from "vitest";
import type { LogRecordJson, Precondition } from "../../src/controller/api.ts";
import type { Idempotency } from "../../src/controller/sender.ts";
import { Operation } from "../../src/state/authorizer.ts";
import { acl } from "../state/acls.ts";
import type { Cluster } from "./cluster.ts";
import type { HttpClient } from "./http-client.ts";
import {
  clusterForKeys,
  committedLog,
  creationOf,
  join,
  keyed,
  topicOf,
  type Write,
  written,
} from "./keyed-writes.ts";
import { creation } from "./requests.ts";

let cluster: Cluster;
let admin: HttpClient;

beforeEach(() => {
  ({ cluster, admin } = clusterForKeys());
});

function create(name: string, idempotency: Idempotency, body: object = {}): Write {
  return creationOf(admin, name, idempotency, body);
}

function others(leader = admin.target): number[] {
  return cluster.ids.filter((id) => id !== leader);
}

function log(): readonly LogRecordJson[] {
  return committedLog(cluster, admin.target);
}

function count(type: string): number {
  return log().filter((record) => record.type === type).length;
}

describe("a change that is sent again", () => {
  it("is made once and answered as the first time, with where it took effect then", () => {
    const first = written(admin.ask(create("orders", keyed("k"))));
    expect(topicOf(first)).toMatchObject({ name: "orders", errorCode: 0 });
    expect(first.replayed).toBeUndefined();
    admin.written("createTopics", creation("payments"));
    const again = written(admin.ask(create("orders", keyed("k"))));
    expect(again).toEqual({ ...first, replayed: true });
    expect(cluster.status(admin.target).highWatermark).toBeGreaterThan(first.offset + 1);
    expect(count("TOPIC_RECORD")).toBe(2);
  });

  it("is remembered in the batch of the change, which ends with it", () => {
    const before = log().length;
    const { offset } = written(admin.ask(create("orders", keyed("k"))));
    const made = log().slice(before);
    expect(made.map(({ type }) => type).slice(0, 2)).toEqual(["TOPIC_RECORD", "PARTITION_RECORD"]);
    expect(made).toHaveLength(3);
    expect(made.at(-1)?.offset).toBe(offset);
    expect(new Set(made.map(({ timestampMs }) => timestampMs)).size).toBe(1);
  });

  it("is said to be a replay in the audit log, and not a change", () => {
    for (let i = 0; i < 2; i++) admin.ask(create("orders", keyed("k")));
    const audit = cluster.logged
      .filter(({ fields }) => (fields as { request?: string }).request === "CreateTopics")
      .map(({ fields }) => (fields as { outcome?: string }).outcome);
    expect(audit).toEqual(["changed", "replayed"]);
  });

  it("waits, like the first one, until the change is committed", () => {
    for (const id of others()) cluster.kill(id);
    const first = cluster.call(admin.target, create("orders", keyed("k")));
    const again = cluster.call(admin.target, create("orders", keyed("k")));
    cluster.run(300);
    expect([first(), again()]).toEqual([null, null]);
    for (const id of others()) cluster.start(id);
    cluster.runUntil(() => first() !== null && again() !== null, "both are answered");
    expect(written(again()).replayed).toBe(true);
    expect(again()).toEqual({ ...written(first()), replayed: true });
    expect(count("TOPIC_RECORD")).toBe(1);
  });

  it("has an unknown outcome, as the first one has, when leadership is lost before it is committed", () => {
    for (const id of others()) cluster.kill(id);
    const first = cluster.call(admin.target, create("orders", keyed("k")));
    const again = cluster.call(admin.target, create("orders", keyed("k")));
    cluster.runUntil(() => first() !== null && again() !== null, "both are answered");
    expect([first(), again()]).toMatchObject([
      { kind: "refused", error: "NOT_CONTROLLER" },
      { kind: "refused", error: "NOT_CONTROLLER" },
    ]);
  });

  it("is answered alike by another controller after a failover, and by the one after a restart", () => {
    const first = admin.ask(create("orders", keyed("k")));
    const former = admin.target;
    cluster.kill(former);
    admin.target = cluster.leader();
    const again = written(admin.ask(create("orders", keyed("k"))));
    expect(again).toEqual({ ...written(first), replayed: true });
    expect(cluster.status(admin.target).epoch).toBeGreaterThan(again.epoch);
    cluster.start(former);
    cluster.run(1000);
    cluster.kill(admin.target);
    admin.target = cluster.leader();
    expect(admin.ask(create("orders", keyed("k")))).toEqual(again);
    expect(count("TOPIC_RECORD")).toBe(1);
  });

  it("is made by the next controller when the first one was never committed, and the former forgets", () => {
    const former = admin.target;
    for (const id of others()) cluster.kill(id);
    cluster.call(former, create("orders", keyed("k")));
    cluster.kill(former);
    for (const id of others(former)) cluster.start(id);
    admin.target = cluster.leader();
    const made = admin.ask(create("orders", keyed("k")));
    expect(written(made).replayed).toBeUndefined();
    cluster.start(former);
    cluster.run(3000);
    cluster.kill(admin.target);
    admin.target = cluster.leader();
    expect(topicOf(admin.ask(create("orders", keyed("k"))))).toEqual(topicOf(made));
    expect(count("TOPIC_RECORD")).toBe(1);
  });

  it("is made once also when its records need not be in one batch", () => {
    const body = { brokerId: 101 };
    const idempotency = keyed("k");
    const asked: Write = {
      kind: "write",
      sender: admin.sender,
      api: "unregisterBroker",
      body,
      idempotency,
    };
    const first = written(admin.ask(asked));
    expect(first.body).toMatchObject({ errorCode: 0 });
    expect(admin.ask(asked)).toEqual({ ...first, replayed: true });
    // BROKER_ID_NOT_REGISTERED
    expect(written(admin.written("unregisterBroker", body)).body).toMatchObject({ errorCode: 102 });
  });

  it("is refused at once by a controller that is not active", () => {
    const [follower = 0] = others();
    admin.ask(create("orders", keyed("k")));
    expect(cluster.api(follower, create("orders", keyed("k")))).toMatchObject({
      kind: "not-controller",
      leaderId: admin.target,
    });
  });
});

describe("a key", () => {
  it("stands for one request: for another one nothing is done", () => {
    admin.ask(create("orders", keyed("k")));
    const before = cluster.status(admin.target).logEndOffset;
    const message = "The idempotency key has been used for another request.";
    const other = create("payments", keyed("k", { asked: "another" }));
    expect(admin.ask(other)).toEqual({ kind: "key-reused", message });
    const otherApi = { ...create("orders", keyed("k")), api: "deleteTopics" } as const;
    const body = { topics: [{ name: "orders" }], timeoutMs: 5000 };
    expect(admin.ask({ ...otherApi, body })).toEqual({ kind: "key-reused", message });
    expect(cluster.status(admin.target).logEndOffset).toBe(before);
  });

  it("is refused for another request only by who still leads", () => {
    admin.ask(create("orders", keyed("k")));
    for (const id of others()) cluster.kill(id);
    const other = cluster.call(admin.target, create("payments", keyed("k", { asked: "another" })));
    cluster.run(300);
    expect(other()).toBeNull();
    cluster.runUntil(() => other() !== null, "it is answered");
    expect(other()).toMatchObject({ kind: "not-controller" });
  });

  it("of one principal is not that of another", () => {
    const alice = admin.newClient("User:alice");
    admin.allow(acl({ operation: Operation.CREATE, resourceName: "payments" }));
    const first = admin.ask(create("orders", keyed("k")));
    const other = creationOf(alice, "payments", keyed("k", { asked: "another" }));
    expect(topicOf(alice.ask(other))).toMatchObject({ name: "payments", errorCode: 0 });
    expect(topicOf(alice.ask(other))).toMatchObject({ name: "payments", errorCode: 0 });
    expect(topicOf(admin.ask(create("orders", keyed("k"))))).toEqual(topicOf(first));
    expect(count("TOPIC_RECORD")).toBe(2);
  });

  it("may be used again once its answer has expired, to the millisecond", () => {
    const key = keyed("k", { retentionMs: 1000 });
    const startMs = cluster.nowMs;
    const firstMs = (): number =>
      Number(log().findLast(({ type }) => type === "TOPIC_RECORD")?.timestampMs);
    const first = admin.ask(create("orders", key));
    expect(firstMs()).toBe(startMs);
    cluster.run(startMs + 999 - cluster.nowMs);
    expect(topicOf(admin.ask(create("orders", key)))).toEqual(topicOf(first));
    cluster.run(startMs + 1000 - cluster.nowMs);
    expect(topicOf(admin.ask(create("orders", key)))).toMatchObject({ errorCode: 36 });
    const next = written(admin.ask(create("payments", key)));
    expect(topicOf(next)).toMatchObject({ errorCode: 0 });
    expect(next.offset).toBeGreaterThan(written(first).offset);
    expect(admin.ask(create("payments", key))).toEqual({ ...next, replayed: true });
  });

  it.each([
    ["an empty key", { key: "" }, "An idempotency key has 1 to 255 visible ASCII characters."],
    ["a space", { key: "a b" }, "An idempotency key has 1 to 255 visible ASCII characters."],
    ["an umlaut", { key: "ä" }, "An idempotency key has 1 to 255 visible ASCII characters."],
    [
      "256 characters",
      { key: "k".repeat(256) },
      "An idempotency key has 1 to 255 visible ASCII characters.",
    ],
    ["31 bytes", { fingerprint: new Uint8Array(31) }, "A fingerprint has 32 bytes, not 31."],
    [
      "999 ms",
      { retentionMs: 999 },
      "A retention of 999 ms is not allowed: 1000 to 604800000 ms is.",
    ],
    [
      "more than a week",
      { retentionMs: 604_800_001 },
      "A retention of 604800001 ms is not allowed: 1000 to 604800000 ms is.",
    ],
    [
      "half a millisecond",
      { retentionMs: 1000.5 },
      "A retention of 1000.5 ms is not allowed: 1000 to 604800000 ms is.",
    ],
  ])("with %s is refused, and nothing is done", (_, wrong, message) => {
    const before = cluster.status(admin.target).logEndOffset;
    const reply = admin.ask(create("orders", { ...keyed("k"), ...wrong }));
    expect(reply).toEqual({ kind: "refused", error: "INVALID_REQUEST", message });
    expect(cluster.status(admin.target).logEndOffset).toBe(before);
  });

  it("may have 255 of all visible characters, and be kept for a week", () => {
    const visible = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i)).join("");
    const key = keyed(visible.repeat(3).slice(0, 255), { retentionMs: 604_800_000 });
    const first = admin.ask(create("orders", key));
    expect(topicOf(admin.ask(create("orders", key)))).toEqual(topicOf(first));
  });
});

describe("what changes nothing", () => {
  it("is not remembered: a refusal is judged anew", () => {
    const before = cluster.status(admin.target).logEndOffset;
    const tooMany = { topics: [{ name: "orders", numPartitions: 1, replicationFactor: 2 }] };
    const asked = create("orders", keyed("k"), tooMany);
    // INVALID_REPLICATION_FACTOR
    expect(topicOf(admin.ask(asked))).toMatchObject({ errorCode: 38 });
    expect(cluster.status(admin.target).logEndOffset).toBe(before);
    join(cluster, admin.target, 102);
    expect(topicOf(admin.ask(asked))).toMatchObject({ errorCode: 0 });
  });

  it("is not remembered: a trial with a key is a trial each time", () => {
    const trial = create("orders", keyed("k"), { validateOnly: true });
    expect(topicOf(admin.ask(trial))).toMatchObject({ errorCode: 0 });
    expect(topicOf(admin.ask(create("orders", keyed("k"))))).toMatchObject({ errorCode: 0 });
    expect(count("TOPIC_RECORD")).toBe(1);
  });

  it("is answered only by who still leads, also where brokers are answered at once", () => {
    for (const id of others()) cluster.kill(id);
    const body = { brokerId: 999 };
    const reply = cluster.call(admin.target, {
      kind: "write",
      sender: null,
      api: "unregisterBroker",
      body,
      idempotency: keyed("k"),
    });
    cluster.run(300);
    expect(reply()).toBeNull();
  });
});

test("a replay is answered before the precondition is looked at, which the change itself has undone", () => {
  admin.ask(create("orders", keyed("first")));
  const resource = { kind: "configs", resource: { type: "topic", name: "orders" } } as const;
  const { etag } = admin.result({ what: "configs", resource: resource.resource });
  const precondition: Precondition = { resource, etags: [etag] };
  const configs = [{ name: "retention.ms", configOperation: 0, value: "1000" }];
  const body = { resources: [{ resourceType: 2, resourceName: "orders", configs }] };
  const alter: Write = {
    kind: "write",
    sender: admin.sender,
    api: "incrementalAlterConfigs",
    body,
    precondition,
    idempotency: keyed("second"),
  };
  const first = written(admin.ask(alter));
  expect(first.replayed).toBeUndefined();
  const again = written(admin.ask(alter));
  expect([again.replayed, again.body]).toEqual([true, first.body]);
  const { idempotency: _, ...unkeyed } = alter;
  expect(admin.ask(unkeyed).kind).toBe("precondition-failed");
  expect(admin.ask({ ...alter, idempotency: keyed("third") }).kind).toBe("precondition-failed");
});
