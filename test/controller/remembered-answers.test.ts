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
  const FULL = "2 answers are remembered, and none has expired yet: try again later.";

  beforeEach(() => {
    ({ cluster, admin } = clusterForKeys({ "quorate.idempotency.max.answers": "2" }));
  });

  it("and then a change with another key is refused, and one without is made", () => {
    for (const name of ["a", "b"]) admin.ask(create(name, keyed(name)));
    const before = cluster.status(admin.target).logEndOffset;
    const refused = { kind: "refused", error: "THROTTLING_QUOTA_EXCEEDED", message: FULL };
    expect(admin.ask(create("c", keyed("c")))).toEqual(refused);
    expect(cluster.status(admin.target).logEndOffset).toBe(before);
    expect(written(admin.ask(create("a", keyed("a")))).replayed).toBe(true);
    expect(topicOf(admin.written("createTopics", creation("c")))).toMatchObject({ errorCode: 0 });
  });

  it("unless it is to be remembered so briefly that room comes by itself, as the gateway's own keys are", () => {
    for (const name of ["a", "b"]) admin.ask(create(name, keyed(name)));
    const brief = create("c", keyed("c", { retentionMs: 30_000 }));
    expect(topicOf(admin.ask(brief))).toMatchObject({ errorCode: 0 });
    expect(written(admin.ask(brief)).replayed).toBe(true);
    expect(admin.ask(create("d", keyed("d", { retentionMs: 30_001 })))).toMatchObject({
      message: FULL,
    });
  });

  it("which only who still leads may say", () => {
    for (const name of ["a", "b"]) admin.ask(create(name, keyed(name)));
    for (const id of others()) cluster.kill(id);
    const reply = cluster.call(admin.target, create("c", keyed("c")));
    cluster.run(300);
    expect(reply()).toBeNull();
  });

  it("but for those that have expired, which are forgotten in the batch that needs their room", () => {
    admin.ask(create("a", keyed("a", { retentionMs: 1000 })));
    admin.ask(create("b", keyed("b")));
    cluster.run(1000);
    const before = log().length;
    expect(topicOf(admin.ask(create("c", keyed("c"))))).toMatchObject({ errorCode: 0 });
    expect(log().slice(before)).toHaveLength(4);
    expect(admin.ask(create("d", keyed("d")))).toMatchObject({ message: FULL });
    expect(written(admin.ask(create("b", keyed("b")))).replayed).toBe(true);
    expect(written(admin.ask(create("c", keyed("c")))).replayed).toBe(true);
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
