/** What each call of the HTTP API needs. */

import { beforeEach, describe, expect, it } from "vitest";
import type { Uuid } from "../../src/base/uuid.ts";
import type { MetadataRead, WriteApi } from "../../src/controller/api.ts";
import type { ApiName } from "../../src/protocol/apis.ts";
import { Operation } from "../../src/state/authorizer.ts";
import { acl, type Creation } from "../state/acls.ts";
import type { Cluster } from "./cluster.ts";
import { ROWS } from "./every-right.ts";
import { clusterWithTopic, type HttpClient, verdict } from "./http-client.ts";
import { onCluster, TOPIC } from "./right-row.ts";

const { DESCRIBE, DESCRIBE_CONFIGS, CLUSTER_ACTION, ALTER, DELETE, ALTER_CONFIGS } = Operation;
const ALL = { after: null, limit: 1000 };
const ABSENT = "absent";
/** TOPIC_, GROUP_ and CLUSTER_AUTHORIZATION_FAILED. */
const DENIALS = [29, 30, 31];

let cluster: Cluster;
let admin: HttpClient;
let alice: HttpClient;
let topicId: Uuid;

beforeEach(() => {
  ({ cluster, admin, alice, topicId } = clusterWithTopic());
});

function allow(...rights: readonly Creation[]): void {
  admin.allow(...rights.map((right) => ({ ...right, principal: "User:alice" })));
}

const clusterRight = (operation: number) => onCluster(operation);
const topicRight = (operation: number, resourceName: string) => acl({ operation, resourceName });

/** Every error code of an answer, wherever it stands. */
function codesOf(answer: unknown): number[] {
  if (answer === null || typeof answer !== "object" || answer instanceof Uint8Array) return [];
  return Object.entries(answer).flatMap(([name, value]) =>
    name === "errorCode" ? [value as number] : codesOf(value),
  );
}

type Needed = {
  readonly [W in MetadataRead["what"]]: readonly [
    read: Extract<MetadataRead, { what: W }>,
    right: Creation | null,
    refusal: string,
  ];
};

const OF_CLUSTER = "CLUSTER_AUTHORIZATION_FAILED";
const OF_TOPIC = "TOPIC_AUTHORIZATION_FAILED";
const ANY_ACL = {
  resourceType: 1,
  resourceName: null,
  patternType: 1,
  principal: null,
  host: null,
  operation: 1,
  permissionType: 1,
};

/** Null where everybody may ask, and sees only what is his. */
const READS: Needed = {
  cluster: [{ what: "cluster" }, clusterRight(DESCRIBE), OF_CLUSTER],
  features: [{ what: "features" }, clusterRight(DESCRIBE), OF_CLUSTER],
  brokers: [{ what: "brokers" }, clusterRight(DESCRIBE), OF_CLUSTER],
  broker: [{ what: "broker", brokerId: 101 }, clusterRight(DESCRIBE), OF_CLUSTER],
  controllers: [{ what: "controllers" }, clusterRight(DESCRIBE), OF_CLUSTER],
  quorum: [{ what: "quorum" }, clusterRight(DESCRIBE), OF_CLUSTER],
  acls: [{ what: "acls", filter: ANY_ACL, page: ALL }, clusterRight(DESCRIBE), OF_CLUSTER],
  "scram-credentials": [
    { what: "scram-credentials", page: ALL },
    clusterRight(DESCRIBE),
    OF_CLUSTER,
  ],
  "access-tokens": [{ what: "access-tokens", page: ALL }, clusterRight(DESCRIBE), OF_CLUSTER],
  "access-token": [
    { what: "access-token", tokenId: "admin-token-" },
    clusterRight(DESCRIBE),
    OF_CLUSTER,
  ],
  reassignments: [
    { what: "reassignments", topic: null, page: ALL },
    clusterRight(DESCRIBE),
    OF_CLUSTER,
  ],
  quotas: [{ what: "quotas", page: ALL }, clusterRight(DESCRIBE_CONFIGS), OF_CLUSTER],
  "all-broker-configs": [
    { what: "all-broker-configs" },
    clusterRight(DESCRIBE_CONFIGS),
    OF_CLUSTER,
  ],
  "config-resources": [
    { what: "config-resources", type: "group", page: ALL },
    clusterRight(DESCRIBE_CONFIGS),
    OF_CLUSTER,
  ],
  image: [{ what: "image", page: ALL }, clusterRight(CLUSTER_ACTION), OF_CLUSTER],
  topic: [{ what: "topic", name: TOPIC }, topicRight(DESCRIBE, TOPIC), OF_TOPIC],
  configs: [
    { what: "configs", resource: { type: "topic", name: TOPIC } },
    topicRight(DESCRIBE_CONFIGS, TOPIC),
    OF_TOPIC,
  ],
  topics: [{ what: "topics", page: ALL }, null, ""],
  "delegation-tokens": [{ what: "delegation-tokens", owner: null, page: ALL }, null, ""],
  "delegation-token": [{ what: "delegation-token", tokenId: "absent" }, null, ""],
  "all-topic-configs": [{ what: "all-topic-configs", page: ALL }, null, ""],
  "replicas-of-broker": [{ what: "replicas-of-broker", brokerId: 101, page: ALL }, null, ""],
};

const GUARDED = Object.values(READS).filter(([, right]) => right !== null);

describe("a read", () => {
  it.each(GUARDED)("of $what is refused without its right and answered with it", (...row) => {
    const [read, right, refusal] = row;
    // Rights to something else are none to this.
    allow(topicRight(Operation.ALL, "other"), clusterRight(Operation.IDEMPOTENT_WRITE));
    expect(verdict(alice.read(read))).toBe(refusal);
    allow(right as Creation);
    expect(alice.read(read).kind).toBe("result");
  });

  it("of the configs of brokers needs DESCRIBE_CONFIGS of the cluster", () => {
    const read: MetadataRead = { what: "configs", resource: { type: "broker", name: "101" } };
    allow(topicRight(DESCRIBE_CONFIGS, "101"));
    expect(verdict(alice.read(read))).toBe(OF_CLUSTER);
    allow(clusterRight(DESCRIBE_CONFIGS));
    expect(alice.read(read).kind).toBe("result");
  });

  it("of the configs of client metrics needs DESCRIBE_CONFIGS of the cluster, of a group that of the group", () => {
    const read = (type: "group" | "client-metrics") =>
      verdict(alice.read({ what: "configs", resource: { type, name: "g" } }));
    allow(acl({ resourceType: 3, operation: DESCRIBE_CONFIGS, resourceName: "other" }));
    expect(read("group")).toBe("GROUP_AUTHORIZATION_FAILED");
    allow(acl({ resourceType: 3, operation: DESCRIBE_CONFIGS, resourceName: "g" }));
    expect([read("group"), read("client-metrics")]).toEqual(["result", OF_CLUSTER]);
    allow(clusterRight(DESCRIBE_CONFIGS));
    expect(read("client-metrics")).toBe("result");
  });

  it("of the reassignments of a topic needs the right to it besides", () => {
    const read = (topic: string): MetadataRead => ({ what: "reassignments", topic, page: ALL });
    allow(clusterRight(DESCRIBE));
    expect([TOPIC, ABSENT].map((name) => verdict(alice.read(read(name))))).toEqual([
      OF_TOPIC,
      OF_TOPIC,
    ]);
    allow(topicRight(DESCRIBE, TOPIC));
    expect(alice.read(read(TOPIC)).kind).toBe("result");
  });

  it("of the log needs CLUSTER_ACTION, as a broker does", () => {
    const log = { form: "records", fromOffset: 0, maxRecords: 1, maxWaitMs: 0 } as const;
    const ask = () => verdict(alice.ask({ kind: "log", sender: alice.sender, ...log }));
    allow(clusterRight(DESCRIBE), clusterRight(ALTER));
    expect(ask()).toBe(OF_CLUSTER);
    allow(clusterRight(CLUSTER_ACTION));
    expect(ask()).toBe("log");
  });

  it("that is refused says which right is missing", () => {
    expect(alice.read({ what: "topic", name: TOPIC })).toEqual({
      kind: "refused",
      error: OF_TOPIC,
      message: "This needs the right to DESCRIBE the topic.",
    });
    expect(alice.read({ what: "image", page: ALL })).toMatchObject({
      message: "This needs the right to CLUSTER_ACTION the cluster.",
    });
  });
});

const WRITES = [
  "createTopics",
  "deleteTopics",
  "createPartitions",
  "incrementalAlterConfigs",
  "createAcls",
  "deleteAcls",
  "alterPartitionReassignments",
  "electLeaders",
  "updateFeatures",
  "alterClientQuotas",
  "alterUserScramCredentials",
  "brokerRegistration",
  "brokerHeartbeat",
  "unregisterBroker",
  "unregisterController",
] as const satisfies readonly WriteApi[];

describe("a change", () => {
  const write = (api: WriteApi) =>
    alice.written(api, ROWS[api as keyof typeof ROWS].body(topicId) as never);

  it.each(WRITES)("by %s without the right is refused, and nothing is written", (api) => {
    const { logEndOffset } = cluster.status(admin.target);
    const reply = write(api);
    if (reply.kind === "written") expect(DENIALS).toContain(codesOf(reply.body).find(Boolean));
    else expect(verdict(reply)).toBe(OF_CLUSTER);
    expect(cluster.status(admin.target).logEndOffset).toBe(logEndOffset);
  });

  it.each(WRITES)("by %s with exactly the right is not", (api) => {
    allow(ROWS[api as ApiName].right as Creation);
    const reply = write(api);
    expect(reply.kind).toBe("written");
    if (reply.kind !== "written") return;
    expect(codesOf(reply.body).filter((code) => DENIALS.includes(code))).toEqual([]);
  });

  it("that asks for too much is refused for its size, and says so", () => {
    const topics = Array.from({ length: 20_001 }, (_, index) => ({ name: `t${index}` }));
    expect(admin.written("deleteTopics", { topics, timeoutMs: 1000 })).toEqual({
      kind: "refused",
      error: "INVALID_REQUEST",
      message: "Unable to perform excessively large batch operation.",
    });
  });
});

describe("what a caller may do is told (KIP-430)", () => {
  const bits = (...operations: number[]) => operations.reduce((sum, one) => sum | (1 << one), 0);

  it("of a topic", () => {
    const { READ, WRITE, CREATE } = Operation;
    const ask = (client: HttpClient) =>
      client.result({ what: "topic", name: TOPIC }).authorizedOperations;
    allow(topicRight(READ, TOPIC), topicRight(ALTER_CONFIGS, TOPIC));
    expect(ask(alice)).toBe(bits(READ, DESCRIBE, ALTER_CONFIGS, DESCRIBE_CONFIGS));
    expect(ask(admin)).toBe(
      bits(READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS),
    );
  });

  it("of the cluster", () => {
    const { CREATE, IDEMPOTENT_WRITE } = Operation;
    const ask = (client: HttpClient) => client.result({ what: "cluster" }).authorizedOperations;
    allow(clusterRight(ALTER));
    expect(ask(alice)).toBe(bits(ALTER, DESCRIBE));
    const rest = [CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE];
    expect(ask(admin)).toBe(bits(CREATE, ALTER, DESCRIBE, ...rest));
  });
});
