/** How much is remembered of changes under keys: together with them, so many at most, and not for ever. */

import { beforeEach, describe, expect, it, test } from "vitest";
import type { LogRecordJson } from "../../src/controller/api.ts";
import type { Idempotency } from "../../src/controller/sender.ts";
import type { Cluster } from "./cluster.ts";
import type { HttpClient } from "./http-client.ts";
import {
  clusterForKeys,
  committedLog,
  creationOf,
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

describe("so many answers are remembered at most,", () => {
  const FULL = "4 answers are remembered, and none has expired yet: try again later.";
  /** One for each share, and one more. */
  let clients: HttpClient[];

  beforeEach(() => {
    const names = ["a", "b", "c", "d", "e"];
    ({ cluster, admin } = clusterForKeys({
      "quorate.idempotency.max.answers": "4",
      "super.users": ["User:admin", ...names.map((name) => `User:${name}`)].join(";"),
    }));
    clients = names.map((name) => admin.newClient(`User:${name}`));
  });

  /** A creation by the client at that place, under a key of its own. */
  const by = (index: number, rest: Partial<Idempotency> = {}): Write =>
    creationOf(clients[index] ?? admin, `t${index}`, keyed(`k${index}`, rest));
  const fill = (count = 4) => {
    for (let i = 0; i < count; i++)
      expect(topicOf(admin.ask(by(i)))).toMatchObject({ errorCode: 0 });
  };

  it("and then a change with another key is refused, and one without is made", () => {
    fill();
    const before = cluster.status(admin.target).logEndOffset;
    const refused = { kind: "refused", error: "THROTTLING_QUOTA_EXCEEDED", message: FULL };
    expect(admin.ask(by(4))).toEqual(refused);
    expect(cluster.status(admin.target).logEndOffset).toBe(before);
    expect(written(admin.ask(by(0))).replayed).toBe(true);
    expect(topicOf(admin.written("createTopics", creation("c")))).toMatchObject({ errorCode: 0 });
  });

  it("unless it is to be remembered so briefly that room comes by itself, as the gateway's own keys are", () => {
    fill();
    expect(admin.ask(by(4, { retentionMs: 30_001 }))).toMatchObject({ message: FULL });
    const brief = by(4, { retentionMs: 30_000 });
    expect(topicOf(admin.ask(brief))).toMatchObject({ errorCode: 0 });
    expect(written(admin.ask(brief)).replayed).toBe(true);
  });

  it("which only who still leads may say", () => {
    fill();
    for (const id of others()) cluster.kill(id);
    const reply = cluster.call(admin.target, by(4));
    cluster.run(300);
    expect(reply()).toBeNull();
  });

  it("but for those that have expired, which are forgotten in the batch that needs their room", () => {
    admin.ask(creationOf(admin, "brief", keyed("brief", { retentionMs: 1000 })));
    fill(3);
    cluster.run(1000);
    const before = log().length;
    expect(topicOf(admin.ask(by(3)))).toMatchObject({ errorCode: 0 });
    expect(log().slice(before)).toHaveLength(4);
    expect(admin.ask(by(4))).toMatchObject({ message: FULL });
    for (const i of [0, 1, 2, 3]) expect(written(admin.ask(by(i))).replayed).toBe(true);
  });
});

describe("so many bytes of answers are remembered at most,", () => {
  /** Of the answer to the creation of one topic. */
  const BYTES = 1264;
  const NAMES = ["a", "b", "c", "d", "e"];
  const FULL = `Answers of ${4 * BYTES} bytes are remembered, and none has expired yet: try again later.`;
  const USED_UP = `The share of User:a is used up: answers of ${BYTES} bytes are remembered. Try again when some have expired.`;
  let clients: HttpClient[];

  beforeEach(() => {
    ({ cluster, admin } = clusterForKeys({
      "quorate.idempotency.max.bytes": "5000",
      "super.users": ["User:admin", ...NAMES.map((name) => `User:${name}`)].join(";"),
    }));
    clients = NAMES.map((name) => admin.newClient(`User:${name}`));
  });

  const by = (index: number, name: string): Write =>
    creationOf(clients[index] ?? admin, name, keyed(name, { retentionMs: 60_000 }));

  it("a quarter of them of one principal, and room comes when they expire", () => {
    for (const i of [0, 1, 2, 3]) {
      expect(topicOf(admin.ask(by(i, `t${i}`)))).toMatchObject({ errorCode: 0 });
    }
    const refused = { kind: "refused", error: "THROTTLING_QUOTA_EXCEEDED" };
    expect(admin.ask(by(0, "more"))).toEqual({ ...refused, message: USED_UP });
    expect(admin.ask(by(4, "more"))).toEqual({ ...refused, message: FULL });
    expect(written(admin.ask(by(0, "t0"))).replayed).toBe(true);
    cluster.run(60_000);
    expect(topicOf(admin.ask(by(4, "more")))).toMatchObject({ errorCode: 0 });
  });
});

describe("one principal has a quarter of them at most,", () => {
  const USED_UP =
    "The share of User:admin is used up: 2 of its answers are remembered. Try again when some have expired.";
  let bob: HttpClient;

  beforeEach(() => {
    ({ cluster, admin } = clusterForKeys({
      "quorate.idempotency.max.answers": "8",
      "super.users": "User:admin;User:bob",
    }));
    bob = admin.newClient("User:bob");
  });

  it("so that it cannot take the keys of others away", () => {
    for (const name of ["a", "b"]) admin.ask(create(name, keyed(name)));
    const before = cluster.status(admin.target).logEndOffset;
    const refused = { kind: "refused", error: "THROTTLING_QUOTA_EXCEEDED", message: USED_UP };
    expect(admin.ask(create("c", keyed("c")))).toEqual(refused);
    expect(cluster.status(admin.target).logEndOffset).toBe(before);
    for (const name of ["d", "e"]) {
      expect(topicOf(admin.ask(creationOf(bob, name, keyed(name))))).toMatchObject({
        errorCode: 0,
      });
    }
    expect(written(admin.ask(create("a", keyed("a")))).replayed).toBe(true);
    const brief = create("f", keyed("f", { retentionMs: 30_000 }));
    expect(topicOf(admin.ask(brief))).toMatchObject({ errorCode: 0 });
  });

  it("which what expires of others does not make larger", () => {
    admin.ask(creationOf(bob, "brief", keyed("brief", { retentionMs: 1000 })));
    for (const name of ["a", "b"]) admin.ask(create(name, keyed(name)));
    cluster.run(1000);
    expect(admin.ask(create("c", keyed("c")))).toMatchObject({ message: USED_UP });
  });

  it("and has room again when its own were forgotten, or when a key that has expired is used again", () => {
    for (const name of ["a", "b"]) admin.ask(create(name, keyed(name, { retentionMs: 31_000 })));
    cluster.run(20_000);
    const c = create("c", keyed("c"));
    expect(admin.ask(c)).toMatchObject({ message: USED_UP });
    cluster.run(11_000);
    expect(topicOf(admin.ask(create("a2", keyed("a"))))).toMatchObject({ errorCode: 0 });
    cluster.run(10_000);
    expect(topicOf(admin.ask(c))).toMatchObject({ errorCode: 0 });
    expect(admin.ask(create("d", keyed("d")))).toMatchObject({ message: USED_UP });
  });
});

test("expired answers are forgotten from time to time, by one batch and then no more", () => {
  for (const name of ["a", "b"]) admin.ask(create(name, keyed(name, { retentionMs: 2000 })));
  admin.ask(create("c", keyed("c")));
  const before = log().length;
  cluster.run(30_000);
  const written = log().slice(before);
  expect(written.map(({ type, data }) => [type, data])).toEqual([
    ["FORGET_ANSWERS_RECORD", { throughTimestamp: expect.anything(), maxAnswers: 1000 }],
  ]);
});

describe("an answer goes with its change", () => {
  it("also when that fills a batch: Kafka's 10,000 records and one", () => {
    const topics = [{ name: "orders", numPartitions: 9999, replicationFactor: 1 }];
    const before = cluster.status(admin.target).logEndOffset;
    const first = admin.ask(create("", keyed("k"), { topics }));
    expect(topicOf(first)).toMatchObject({ errorCode: 0 });
    expect(written(first).offset).toBe(before + 10_000);
    expect(topicOf(admin.ask(create("", keyed("k"), { topics })))).toEqual(topicOf(first));
  });

  it("or neither is written: what is too large together is refused", () => {
    const value = Array.from({ length: 3000 }, (_, i) => `${i}:${i}`).join(",");
    const configs = [{ name: "follower.replication.throttled.replicas", value }];
    const topics = Array.from({ length: 40 }, (_, i) => {
      return { name: `t${i}`, numPartitions: 1, replicationFactor: 1, configs };
    });
    const before = cluster.status(admin.target).logEndOffset;
    const message =
      "The operation and its answer are too large to be remembered under a key: ask for less at once.";
    expect(admin.ask(create("", keyed("k"), { topics }))).toEqual({
      kind: "refused",
      error: "POLICY_VIOLATION",
      message,
    });
    expect(cluster.status(admin.target).logEndOffset).toBe(before);
    expect(
      written(admin.written("createTopics", { topics, timeoutMs: 5000 })).offset,
    ).toBeGreaterThan(before);
  });
});
