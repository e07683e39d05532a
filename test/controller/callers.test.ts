/** Who a request is taken to be from, and what is logged of those who were denied. */

import { beforeEach, describe, expect, it } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { APIS, type ApiName, type RequestInit } from "../../src/protocol/apis.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";
import { Operation, PatternType, Permission } from "../../src/state/authorizer.ts";
import { acl, aclFilter, type Creation } from "../state/acls.ts";
import { Cluster, type Stream } from "./cluster.ts";
import { creation } from "./requests.ts";
import { onCluster, principalBytes } from "./right-row.ts";

let cluster: Cluster;
let leader: number;
let stream: Stream;

beforeEach(() => {
  const properties = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:root",
  };
  cluster = new Cluster({ seed: 7, controllers: 1, metadataVersion: 33, properties });
  cluster.format();
  leader = cluster.leader();
  stream = cluster.connect(leader, "10.0.0.9");
});

function allow(...creations: readonly Creation[]): void {
  const { results } = cluster.askAsPeer(leader, "createAcls", { creations: [...creations] });
  expect(results.map(({ errorCode }) => errorCode)).toEqual(creations.map(() => 0));
}

/** A request that a broker passes on for somebody. */
function forward<N extends ApiName>(
  api: N,
  body: RequestInit<N>,
  { name = "alice", type = "User", address = [10, 0, 0, 1] } = {},
) {
  const version = APIS[api].request.maxVersion;
  const requestData = encodeRequest({ api, version, correlationId: 5, clientId: "c", body });
  const { errorCode, responseData } = stream.call("envelope", {
    requestData,
    requestPrincipal: principalBytes(name, type),
    clientHostAddress: Uint8Array.from(address),
  });
  if (errorCode !== 0) return errorCode;
  return decodeResponse(api, version, responseData ?? new Uint8Array(0)).body;
}

const quorum = {
  topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }],
};
const described = { errorCode: 0 };
const refused = { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED };

describe("a request in an Envelope", () => {
  it("is not looked at unless the broker may act for the cluster", () => {
    expect(forward("describeQuorum", quorum, { name: "root" })).toBe(refused.errorCode);
    // Not even to say that it cannot be read.
    const empty = new Uint8Array(0);
    const nothing = { requestData: empty, requestPrincipal: empty, clientHostAddress: empty };
    expect(stream.call("envelope", nothing).errorCode).toBe(refused.errorCode);
    allow(onCluster(Operation.CLUSTER_ACTION));
    expect(forward("describeQuorum", quorum, { name: "root" })).toMatchObject(described);
    expect(stream.call("envelope", nothing).errorCode).toBe(
      ErrorCode.PRINCIPAL_DESERIALIZATION_FAILURE,
    );
  });

  it("is its sender's, not the broker's", () => {
    allow(onCluster(Operation.CLUSTER_ACTION), onCluster(Operation.DESCRIBE));
    expect(forward("describeQuorum", quorum)).toMatchObject(refused);
    allow({ ...onCluster(Operation.DESCRIBE), principal: "User:alice" });
    expect(forward("describeQuorum", quorum)).toMatchObject(described);
    expect(forward("describeQuorum", quorum, { name: "bob" })).toMatchObject(refused);
    expect(forward("describeQuorum", quorum, { type: "Group" })).toMatchObject(refused);
  });

  it("comes from its sender's address, however that is written", () => {
    const from = (host: string): Creation => ({
      ...onCluster(Operation.DESCRIBE),
      principal: "User:alice",
      host,
    });
    allow(onCluster(Operation.CLUSTER_ACTION), from("10.0.0.1"), from("2001:db8:0:0:0:0:0:1"));
    const ask = (address: number[]) => forward("describeQuorum", quorum, { address });
    expect(ask([10, 0, 0, 1])).toMatchObject(described);
    expect(ask([10, 0, 0, 2])).toMatchObject(refused);
    expect(ask([0x20, 1, 0x0d, 0xb8, ...Array(11).fill(0), 1])).toMatchObject(described);
    expect(ask([0x20, 1, 0x0d, 0xb8, ...Array(11).fill(0), 2])).toMatchObject(refused);
    expect(ask([...Array(10).fill(0), 0xff, 0xff, 10, 0, 0, 1])).toMatchObject(described);
  });

  it("cannot be from everybody", () => {
    allow(onCluster(Operation.CLUSTER_ACTION), {
      ...onCluster(Operation.DESCRIBE),
      principal: "User:*",
    });
    expect(forward("describeQuorum", quorum)).toMatchObject(described);
    expect(forward("describeQuorum", quorum, { name: "*" })).toMatchObject({
      errorCode: ErrorCode.UNKNOWN_SERVER_ERROR,
    });
  });

  it("about ACLs of kinds that cannot be is one that cannot be read", () => {
    allow(onCluster(Operation.CLUSTER_ACTION));
    const creations = [acl({ permissionType: 0 })];
    expect(forward("createAcls", { creations }, { name: "root" })).toBe(
      ErrorCode.UNSUPPORTED_VERSION,
    );
  });
});

describe("a connection", () => {
  it("is anonymous, from the address that the host has told", () => {
    allow({ ...onCluster(Operation.DESCRIBE), host: "10.0.0.9" });
    expect(stream.call("describeQuorum", quorum)).toMatchObject(described);
    expect(cluster.connect(leader, "10.0.0.8").call("describeQuorum", quorum)).toMatchObject(
      refused,
    );
  });

  it("has an address as Java writes it, loopback when the host tells none", () => {
    const rights = ["127.0.0.1", "0:0:0:0:0:0:0:1", "10.0.0.1"];
    allow(...rights.map((host) => ({ ...onCluster(Operation.DESCRIBE), host })));
    const ask = (host?: string) => cluster.connect(leader, host).call("describeQuorum", quorum);
    expect(ask()).toMatchObject(described);
    expect(ask("::1")).toMatchObject(described);
    expect(ask("::ffff:10.0.0.1")).toMatchObject(described);
    expect(ask("somewhere")).toMatchObject(refused);
  });

  it.each([
    ["createAcls", { creations: [acl({ resourceType: 0 })] }],
    ["deleteAcls", { filters: [aclFilter(), aclFilter({ operation: 0 })] }],
    ["describeAcls", aclFilter({ patternTypeFilter: 0 })],
  ] as const)("is closed by %s with kinds that cannot be", (api, body) => {
    stream.post(api, body as never);
    expect(stream.closeReason).toBe(`${APIS[api].name} names what cannot be`);
    expect(stream.frames).toEqual([]);
  });
});

describe("a denial is logged", () => {
  const line = {
    principal: "User:alice",
    operation: "CREATE",
    host: "10.0.0.1",
    resource: "Topic:LITERAL:orders",
    request: "CreateTopics",
    resourceRefCount: 1,
    rule: "DefaultDeny",
  };

  it("with all that Apache's audit log tells", () => {
    allow(onCluster(Operation.CLUSTER_ACTION));
    cluster.logged.length = 0;
    forward("createTopics", creation("orders"));
    expect(cluster.logged).toEqual([{ kind: "log", event: "authorization-denied", fields: line }]);
    const denial = acl({ operation: Operation.ALL, permissionType: Permission.DENY });
    allow({ ...denial, resourceName: "o", resourcePatternType: PatternType.PREFIXED });
    forward("createTopics", creation("orders"));
    expect(cluster.logged[1]?.fields.rule).toBe(
      "MatchingAcl(acl=StandardAcl[resourceType=TOPIC, resourceName=o, patternType=PREFIXED, " +
        "principal=User:alice, host=*, operation=ALL, permissionType=DENY])",
    );
  });

  it("for the whole request, and for the Envelope around it", () => {
    stream.call("describeQuorum", quorum);
    forward("describeQuorum", quorum);
    const [direct, envelope] = cluster.logged.map(({ fields }) => fields);
    const cluster1 = {
      principal: "User:ANONYMOUS",
      host: "10.0.0.9",
      resource: "Cluster:LITERAL:kafka-cluster",
    };
    expect(direct).toMatchObject({ ...cluster1, operation: "DESCRIBE", request: "DescribeQuorum" });
    expect(envelope).toMatchObject({
      ...cluster1,
      operation: "CLUSTER_ACTION",
      request: "Envelope",
    });
    expect(cluster.logged).toHaveLength(2);
  });

  it("no more often than fifty times for a request, and never at length", () => {
    allow(onCluster(Operation.CLUSTER_ACTION));
    cluster.logged.length = 0;
    const topics = Array.from({ length: 60 }, (_, i) => ({ ...creation(`t${i}`).topics?.[0] }));
    forward("createTopics", { topics: topics as never, timeoutMs: 1000 });
    expect(cluster.logged).toHaveLength(51);
    expect(cluster.logged[50]?.fields).toEqual({ omitted: 10 });
    forward("createTopics", creation("x".repeat(20_000)));
    expect(String(cluster.logged[51]?.fields.resource)).toHaveLength(303);
  });

  it("not for what only adds to an answer, and not for what is allowed", () => {
    allow(
      onCluster(Operation.CLUSTER_ACTION),
      acl({ resourceName: "*", operation: Operation.CREATE }),
    );
    cluster.logged.length = 0;
    expect(forward("createTopics", creation("orders"))).toMatchObject({
      topics: [{ name: "orders" }],
    });
    expect(cluster.logged).toEqual([]);
  });
});
