/** What a Kafka connection is answered beyond plain writes: Envelopes, ApiVersions, DescribeCluster. */
import { beforeEach, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { APIS, type RequestInit } from "../../src/protocol/apis.ts";
import { encode } from "../../src/protocol/codec.ts";
import { defaultPrincipalData } from "../../src/protocol/messages/default-principal-data.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";
import { Cluster } from "./cluster.ts";
import { creation, heartbeat, joinBroker } from "./requests.ts";

let cluster: Cluster;

beforeEach(() => {
  cluster = new Cluster({ seed: 7 });
  cluster.format();
});

const PRINCIPAL = Uint8Array.from([
  0,
  0,
  ...encode(defaultPrincipalData, 0, { type: "User", name: "ANONYMOUS" }),
]);

function enveloped(inner: Uint8Array): RequestInit<"envelope"> {
  return {
    requestData: inner,
    requestPrincipal: PRINCIPAL,
    clientHostAddress: Uint8Array.from([127, 0, 0, 1]),
  };
}

function innerCreate(): Uint8Array {
  return encodeRequest({
    api: "createTopics",
    version: 6,
    correlationId: 77,
    clientId: "admin",
    body: creation("forwarded"),
  });
}

test("a forwarded request is answered inside its Envelope, with its own header and version", () => {
  const stream = cluster.connect(cluster.leader());
  joinBroker(cluster, stream);
  const { errorCode, responseData } = stream.call("envelope", enveloped(innerCreate()));
  expect(errorCode).toBe(0);
  const inner = decodeResponse("createTopics", 6, responseData ?? new Uint8Array(0));
  expect(inner.correlationId).toBe(77);
  expect(inner.body.topics[0]).toMatchObject({ name: "forwarded", errorCode: 0 });
});

test("an Envelope says itself what its content cannot", () => {
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  const code = (envelope: RequestInit<"envelope">): number =>
    stream.call("envelope", envelope).errorCode;
  const good = enveloped(innerCreate());
  expect(code({ ...good, requestPrincipal: Uint8Array.from([0, 0, 9]) })).toBe(
    ErrorCode.PRINCIPAL_DESERIALIZATION_FAILURE,
  );
  expect(code({ ...good, clientHostAddress: new Uint8Array(3) })).toBe(ErrorCode.INVALID_REQUEST);
  expect(code({ ...good, requestData: innerCreate().subarray(0, 20) })).toBe(
    ErrorCode.UNSUPPORTED_VERSION,
  );
  const notForwardable = encodeRequest({
    api: "brokerHeartbeat",
    version: 0,
    correlationId: 1,
    clientId: "x",
    body: heartbeat(1, 1n),
  });
  expect(code({ ...good, requestData: notForwardable })).toBe(ErrorCode.INVALID_REQUEST);
  const follower = cluster.connect(cluster.ids.find((id) => id !== leader) ?? 0);
  expect(follower.call("envelope", good).errorCode).toBe(ErrorCode.NOT_CONTROLLER);
});

test("ApiVersions offers what is served, with the ranges of Kafka 4.4.0, and the finalized features", () => {
  const leader = cluster.leader();
  const stream = cluster.connect(leader);
  const answer = stream.call("apiVersions", {
    clientSoftwareName: "apache-kafka-java",
    clientSoftwareVersion: "4.4.0",
  });
  expect(answer.errorCode).toBe(0);
  const offered = new Map(answer.apiKeys.map(({ apiKey, ...range }) => [apiKey, range]));
  expect(offered.get(APIS.fetch.key)).toEqual({ minVersion: 4, maxVersion: 18 });
  expect(offered.get(APIS.brokerHeartbeat.key)).toEqual({ minVersion: 0, maxVersion: 2 });
  expect(offered.has(APIS.addRaftVoter.key)).toBe(false);
  const finalized = answer.finalizedFeatures.map(({ name, maxVersionLevel }) => [
    name,
    maxVersionLevel,
  ]);
  expect(new Map(finalized as [string, number][])).toEqual(
    new Map([
      ["group.version", 1],
      ["kraft.version", 1],
      ["metadata.version", 25],
      ["transaction.version", 2],
    ]),
  );
  const invalid = stream.call("apiVersions", {
    clientSoftwareName: "-",
    clientSoftwareVersion: "",
  });
  expect(invalid.errorCode).toBe(ErrorCode.INVALID_REQUEST);
});

test("the controllers describe themselves to tools that ask them directly", () => {
  const leader = cluster.leader();
  cluster.run(1000);
  const follower = cluster.connect(cluster.ids.find((id) => id !== leader) ?? 0);
  const answer = follower.call("describeCluster", { endpointType: 2 });
  expect(answer).toMatchObject({
    errorCode: 0,
    endpointType: 2,
    clusterId: cluster.document.clusterId,
    controllerId: leader,
  });
  expect(answer.brokers.map(({ brokerId, port }) => [brokerId, port])).toEqual([
    [1, 9093],
    [2, 9094],
    [3, 9095],
  ]);
  expect(follower.call("describeCluster", { endpointType: 1 }).errorCode).toBe(
    ErrorCode.MISMATCHED_ENDPOINT_TYPE,
  );
});
