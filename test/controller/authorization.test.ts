/** Every API that is served: without the right it is refused as Kafka refuses it, with exactly the right it is not. */

import { beforeEach, describe, expect, it } from "vitest";
import type { Uuid } from "../../src/base/uuid.ts";
import { SERVED_APIS } from "../../src/controller/served-apis.ts";
import { APIS, type ApiName, type RequestInit } from "../../src/protocol/apis.ts";
import { Operation, ResourceType } from "../../src/state/authorizer.ts";
import { aclFilter, type Creation } from "../state/acls.ts";
import { Cluster, type Stream } from "./cluster.ts";
import { ROWS } from "./every-right.ts";
import { creation, heartbeat, registration } from "./requests.ts";
import { onCluster, TOPIC } from "./right-row.ts";

const AUTHORIZER = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
/** TOPIC_, GROUP_, CLUSTER_, TRANSACTIONAL_ID_ and DELEGATION_TOKEN_AUTHORIZATION_FAILED, UNKNOWN_SERVER_ERROR. */
const DENIALS = [29, 30, 31, 53, 65, -1];

const PROPERTIES = { "authorizer.class.name": AUTHORIZER, "super.users": "User:root" };

let cluster: Cluster;
let leader: number;
let stream: Stream;
let topicId: Uuid;

beforeEach(() => {
  const options = { controllers: 1, metadataVersion: 33, properties: PROPERTIES };
  cluster = new Cluster({ seed: 7, ...options });
  cluster.format();
  leader = cluster.leader();
  const ask = <N extends ApiName>(api: N, body: RequestInit<N>) =>
    cluster.askAsPeer(leader, api, body);
  const { brokerEpoch } = ask("brokerRegistration", registration(cluster, 101));
  ask("brokerHeartbeat", heartbeat(101, brokerEpoch));
  topicId = ask("createTopics", creation(TOPIC)).topics[0]!.topicId;
  stream = cluster.connect(leader);
});

function allow(...creations: readonly Creation[]): void {
  const { results } = cluster.askAsPeer(leader, "createAcls", { creations: [...creations] });
  expect(results.map(({ errorCode }) => errorCode)).toEqual(creations.map(() => 0));
}

function ask(api: ApiName): object {
  return stream.call(api, ROWS[api].body(topicId) as never) as object;
}

/** Every error code of an answer, wherever it stands. */
function codesOf(answer: unknown): number[] {
  if (answer === null || typeof answer !== "object" || answer instanceof Uint8Array) return [];
  return Object.entries(answer).flatMap(([name, value]) =>
    name === "errorCode" ? [value as number] : codesOf(value),
  );
}

/** All operations on the cluster that do not bring the given one with them. */
function otherRights(operation: number): Creation[] {
  const { ALL, ANY, READ, WRITE, DELETE, ALTER, ALTER_CONFIGS, ...rest } = Operation;
  const implying = operation === Operation.DESCRIBE ? [] : [READ, WRITE, DELETE, ALTER];
  return [...Object.values(rest), ALTER_CONFIGS, ...implying]
    .filter((other) => other !== operation)
    .map(onCluster);
}

const OF_CLUSTER = SERVED_APIS.filter(
  (api) => ROWS[api].right?.resourceType === ResourceType.CLUSTER,
);
const NEEDING_A_RIGHT = SERVED_APIS.filter((api) => ROWS[api].right !== null);
const FOR_PEERS = NEEDING_A_RIGHT.filter((api) => ROWS[api].peersOnly === true);
const FOR_ALL = NEEDING_A_RIGHT.filter((api) => ROWS[api].peersOnly !== true);

describe("there is no right", () => {
  it.each(SERVED_APIS)("%s is refused as Kafka refuses it, and nothing is written", (api) => {
    const { logEndOffset } = cluster.status(leader);
    expect(ask(api)).toMatchObject(ROWS[api].refusal);
    expect(cluster.status(leader).logEndOffset).toBe(logEndOffset);
  });
});

describe("there is every right on the cluster but the one", () => {
  it.each(OF_CLUSTER)("%s is refused", (api) => {
    allow(...otherRights(ROWS[api].right?.operation ?? 0));
    expect(ask(api)).toMatchObject(ROWS[api].refusal);
  });
});

describe("there is exactly the right", () => {
  it.each(FOR_ALL)("%s is served", (api) => {
    allow(ROWS[api].right as Creation);
    const codes = codesOf(ask(api));
    expect(codes.filter((code) => DENIALS.includes(code))).toEqual([]);
  });

  it.each(FOR_PEERS)("%s is refused all the same: only voters ask for it", (api) => {
    allow(ROWS[api].right as Creation);
    expect(ask(api)).toMatchObject(ROWS[api].refusal);
  });
});

it("without an authorizer everybody may ask for everything", () => {
  const open = new Cluster({ seed: 7, controllers: 1 });
  open.format();
  const connection = open.connect(open.leader());
  for (const api of FOR_ALL) {
    const body = ROWS[api].body(topicId) as never;
    const codes = codesOf(connection.call(api, body));
    expect(codes.filter((code) => DENIALS.includes(code))).toEqual([]);
  }
});

it("the refusal of an old Fetch stands at each partition", () => {
  const topics = [
    { topic: "__cluster_metadata", partitions: [{ partition: 0, partitionMaxBytes: 1 }] },
  ];
  const old = stream.call("fetch", { maxWaitMs: 0, minBytes: 0, topics }, 4);
  expect(old.errorCode).toBe(0);
  expect(old.responses[0]?.partitions[0]).toMatchObject({ errorCode: 31, highWatermark: -1n });
});

it("a controller that does not know the ACLs yet asks to try again, but not super users", () => {
  const open = { ...PROPERTIES, "allow.everyone.if.no.acl.found": "true" };
  const lonely = (properties: Record<string, string>) => {
    const three = new Cluster({ seed: 7, properties });
    three.format();
    for (const id of three.ids) three.kill(id);
    three.start(1);
    expect(three.status(1).highWatermark).toBe(-1);
    return three.connect(1).call("describeAcls", aclFilter());
  };
  expect(lonely(open)).toMatchObject({ errorCode: -1, errorMessage: null });
  expect(lonely({ ...open, "super.users": "User:ANONYMOUS" })).toMatchObject({ errorCode: 0 });
});

describe("an answer tells what the caller may do to the cluster", () => {
  const describeCluster = () =>
    stream.call("describeCluster", { endpointType: 2, includeClusterAuthorizedOperations: true })
      .clusterAuthorizedOperations;

  it("when it may describe it", () => {
    allow(onCluster(Operation.ALTER));
    expect(describeCluster()).toBe((1 << Operation.ALTER) | (1 << Operation.DESCRIBE));
    allow(onCluster(Operation.ALL));
    expect(describeCluster()).toBe(8096);
  });

  it("only when it asks", () => {
    allow(onCluster(Operation.ALTER));
    const answer = stream.call("describeCluster", { endpointType: 2 });
    expect(answer.clusterAuthorizedOperations).toBe(-2147483648);
  });
});

it("ACLs that are gone give no right any more", () => {
  allow(onCluster(Operation.DESCRIBE));
  const topics = [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }];
  expect(stream.call("describeQuorum", { topics }).errorCode).toBe(0);
  const { filterResults } = cluster.askAsPeer(leader, "deleteAcls", { filters: [aclFilter()] });
  expect(filterResults[0]?.matchingAcls).toHaveLength(1);
  expect(stream.call("describeQuorum", { topics }).errorCode).toBe(31);
});

it("every API has a row, so that none is served without one", () => {
  expect(Object.keys(ROWS).sort()).toEqual(Object.keys(APIS).sort());
});
