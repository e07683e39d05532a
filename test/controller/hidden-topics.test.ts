/** What who lacks a right over HTTP does not learn: whether a topic is there, and of which others there are. */

import { beforeEach, describe, expect, it } from "vitest";
import type { ConfigResourceRef } from "../../src/controller/api.ts";
import { Operation, PatternType } from "../../src/state/authorizer.ts";
import { acl, type Creation } from "../state/acls.ts";
import type { Cluster } from "./cluster.ts";
import { clusterWithTopic, type HttpClient, joinBroker, verdict } from "./http-client.ts";
import { creation } from "./requests.ts";
import { onCluster, TOPIC } from "./right-row.ts";

const { DESCRIBE, DESCRIBE_CONFIGS, DELETE, ALTER_CONFIGS } = Operation;
const ABSENT = "absent";
const OF_CLUSTER = "CLUSTER_AUTHORIZATION_FAILED";
const OF_TOPIC = "TOPIC_AUTHORIZATION_FAILED";

let cluster: Cluster;
let admin: HttpClient;
let alice: HttpClient;

beforeEach(() => {
  ({ cluster, admin, alice } = clusterWithTopic());
});

function allow(...rights: readonly Creation[]): void {
  admin.allow(...rights.map((right) => ({ ...right, principal: "User:alice" })));
}

const clusterRight = (operation: number) => onCluster(operation);
const topicRight = (operation: number, resourceName: string) => acl({ operation, resourceName });

describe("whoever may not describe the cluster", () => {
  const page = { after: null, limit: 10 };
  const replicas = (brokerId: number) =>
    alice.result({ what: "replicas-of-broker", brokerId, page });

  it("does not learn which brokers there are", () => {
    expect(replicas(999)).toEqual(replicas(101));
    expect(replicas(999)).toMatchObject({ found: true, partitions: [] });
  });

  it("and whoever may does", () => {
    allow(clusterRight(DESCRIBE));
    expect([replicas(101).found, replicas(999).found]).toEqual([true, false]);
  });

  it("sees the replicas of topics that he may see", () => {
    allow(topicRight(DESCRIBE, TOPIC));
    expect(replicas(101).partitions).toHaveLength(1);
    expect(replicas(999)).toMatchObject({ found: true, partitions: [] });
  });
});

describe("who may not see a topic is told the same whether it is there or not", () => {
  const both = (ask: (name: string) => unknown) => [TOPIC, ABSENT].map(ask);
  const without = (name: string, answer: unknown) =>
    JSON.parse(JSON.stringify(answer).replaceAll(`"${name}"`, '"?"')) as unknown;
  const expectSame = (ask: (name: string) => unknown) => {
    const [there, absent] = both((name) => without(name, ask(name)));
    expect(there).toEqual(absent);
    return there;
  };
  const expectDifferent = (ask: (name: string) => unknown) => {
    const [there, absent] = both((name) => without(name, ask(name)));
    expect(there).not.toEqual(absent);
  };
  const configs = (name: string): ConfigResourceRef => ({ type: "topic", name });
  const reading = (name: string) => alice.read({ what: "topic", name });
  const readingConfigs = (name: string) => alice.read({ what: "configs", resource: configs(name) });
  const deleting = (name: string) => {
    const topics = [{ name }];
    const reply = alice.written("deleteTopics", { topics, timeoutMs: 1000 });
    return reply.kind === "written" ? reply.body : reply;
  };
  const altering = (name: string) => {
    const change = { name: "retention.ms", configOperation: 0, value: "1" };
    const resources = [{ resourceType: 2, resourceName: name, configs: [change] }];
    const reply = alice.written("incrementalAlterConfigs", { resources, validateOnly: true });
    return reply.kind === "written" ? reply.body : reply;
  };
  const deletingIfMatch = (name: string) =>
    alice.written(
      "deleteTopics",
      { topics: [{ name }], timeoutMs: 1000 },
      { resource: { kind: "topic", name }, etags: ["other"] },
    );
  const alteringIfMatch = (name: string) =>
    alice.written(
      "incrementalAlterConfigs",
      { resources: [{ resourceType: 2, resourceName: name, configs: [] }], validateOnly: true },
      { resource: { kind: "configs", resource: configs(name) }, etags: ["other"] },
    );

  it("when it reads", () => {
    expect(expectSame(reading)).toMatchObject({ error: OF_TOPIC });
    expect(expectSame(readingConfigs)).toMatchObject({ error: OF_TOPIC });
    allow(...[TOPIC, ABSENT].map((name) => topicRight(DESCRIBE, name)));
    allow(...[TOPIC, ABSENT].map((name) => topicRight(DESCRIBE_CONFIGS, name)));
    expectDifferent(reading);
    expectDifferent(readingConfigs);
  });

  it("when it deletes", () => {
    expect(expectSame(deleting)).toMatchObject({ responses: [{ errorCode: 29 }] });
    allow(...[TOPIC, ABSENT].map((name) => topicRight(DELETE, name)));
    expectDifferent(deleting);
  });

  it("when it alters configs", () => {
    expect(expectSame(altering)).toMatchObject({ responses: [{ errorCode: 29 }] });
    allow(...[TOPIC, ABSENT].map((name) => topicRight(ALTER_CONFIGS, name)));
    expectDifferent(altering);
  });

  it("when it makes a change depend on an ETag", () => {
    expect(expectSame(deletingIfMatch)).toMatchObject({ kind: "refused", error: OF_TOPIC });
    expect(expectSame(alteringIfMatch)).toMatchObject({ kind: "refused", error: OF_TOPIC });
    allow(...[TOPIC, ABSENT].map((name) => topicRight(DESCRIBE, name)));
    allow(...[TOPIC, ABSENT].map((name) => topicRight(DESCRIBE_CONFIGS, name)));
    expect(deletingIfMatch(TOPIC).kind).toBe("precondition-failed");
    expect(alteringIfMatch(TOPIC).kind).toBe("precondition-failed");
  });

  it("but the right to delete any topic shows the ETag of any", () => {
    allow(clusterRight(DELETE));
    expect(deletingIfMatch(TOPIC).kind).toBe("precondition-failed");
  });

  it("and whoever may not see the brokers' configs does not learn their ETag", () => {
    const resource: ConfigResourceRef = { type: "broker", name: "101" };
    const body = { resources: [], validateOnly: true };
    const precondition = { resource: { kind: "configs", resource }, etags: ["other"] } as const;
    const ask = () => verdict(alice.written("incrementalAlterConfigs", body, precondition));
    expect(ask()).toBe(OF_CLUSTER);
    allow(clusterRight(DESCRIBE_CONFIGS));
    expect(ask()).toBe("precondition-failed");
  });
});

describe("a list", () => {
  const NAMES = Array.from({ length: 12 }, (_, index) => `${index % 3 === 0 ? "a" : "b"}-${index}`);

  beforeEach(() => {
    for (const name of NAMES) admin.written("createTopics", creation(name));
    const prefixed = { resourcePatternType: PatternType.PREFIXED };
    allow(
      { ...topicRight(DESCRIBE, "b-"), ...prefixed },
      { ...topicRight(DESCRIBE_CONFIGS, "a-"), ...prefixed },
    );
  });

  const visible = (prefix: string) => NAMES.filter((name) => name.startsWith(prefix)).sort();

  /** Every item of a list, and what its positions said. */
  function readToEnd<T>(
    limit: number,
    ask: (page: { after: string | null; limit: number }) => {
      readonly items: readonly T[];
      readonly next: string | null;
    },
  ): { readonly items: T[]; readonly positions: string[]; readonly parts: number } {
    const items: T[] = [];
    const positions: string[] = [];
    let after: string | null = null;
    for (let parts = 1; ; parts++) {
      const part = ask({ after, limit });
      expect(part.items.length).toBeLessThanOrEqual(limit);
      items.push(...part.items);
      if (part.next === null) return { items, positions, parts };
      expect(parts).toBeLessThan(50);
      positions.push(part.next);
      after = part.next;
    }
  }

  const listTopics = (client: HttpClient, limit: number) =>
    readToEnd(limit, (page) => {
      const { topics, next } = client.result({ what: "topics", page });
      return { items: topics.map(({ name }) => name), next };
    });

  it.each([1, 2, 3, 5, 100])("of topics has those that may be seen, in parts of %d", (limit) => {
    const { items, parts } = listTopics(alice, limit);
    expect(items).toEqual(visible("b-"));
    expect(parts).toBe(Math.ceil(items.length / limit));
  });

  it("has no positions but those of what it shows", () => {
    for (const limit of [1, 2, 3, 5]) {
      const { items, positions } = listTopics(alice, limit);
      const places = items.map((name) => JSON.stringify([name]));
      expect(places).toEqual(expect.arrayContaining(positions));
    }
  });

  it("tells whoever makes up positions nothing of what stands between them", () => {
    const behind = (after: string) =>
      alice.result({ what: "topics", page: { after: JSON.stringify([after]), limit: 1 } });
    for (const name of [TOPIC, ...NAMES.filter((each) => each.startsWith("a-"))]) {
      expect(behind(name)).toEqual(behind(`${name.slice(0, -1)}!`));
    }
  });

  it("of topic configs has those of topics whose configs may be seen", () => {
    const { items } = readToEnd(2, (page) => {
      const { topics, next } = alice.result({ what: "all-topic-configs", page });
      return { items: topics.map(({ name }) => name), next };
    });
    expect(items).toEqual(visible("a-"));
  });

  it.each([1, 3, 100])(
    "of a broker's replicas has those of topics that may be seen, in parts of %d",
    (limit) => {
      const { items, parts } = readToEnd(limit, (page) => {
        const read = { what: "replicas-of-broker", brokerId: 101, page } as const;
        const { partitions, next } = alice.result(read);
        return { items: partitions.map(({ topic }) => topic), next };
      });
      expect(items.sort()).toEqual(visible("b-"));
      expect(parts).toBe(Math.ceil(items.length / limit));
    },
  );

  it("of reassignments has those of topics that may be seen", () => {
    allow(clusterRight(DESCRIBE));
    joinBroker(cluster, admin.target, 102);
    const partitions = [{ partitionIndex: 0, replicas: [102] }];
    const topics = NAMES.map((name) => ({ name, partitions }));
    admin.written("alterPartitionReassignments", { topics, timeoutMs: 1000 });
    const { items } = readToEnd(2, (page) => {
      const found = alice.result({ what: "reassignments", topic: null, page });
      return { items: found.partitions.map(({ topic }) => topic), next: found.next };
    });
    expect(items.sort()).toEqual(visible("b-"));
  });

  it("logs no denial for what it leaves out", () => {
    const before = cluster.logged.length;
    listTopics(alice, 5);
    expect(cluster.logged.slice(before)).toEqual([]);
  });

  it.each(["[]", "[1]", "{", "null"])("refuses the position %s", (after) => {
    const reply = alice.read({ what: "topics", page: { after, limit: 2 } });
    expect(verdict(reply)).toBe("INVALID_REQUEST");
  });
});
