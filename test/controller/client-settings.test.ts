/** Quotas, SCRAM credentials and delegation tokens over whole controllers. */

import { beforeEach, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import type { ApiName, RequestInit, ResponseOf } from "../../src/protocol/apis.ts";
import { encode } from "../../src/protocol/codec.ts";
import { defaultPrincipalData } from "../../src/protocol/messages/default-principal-data.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";
import { Cluster, type Stream } from "./cluster.ts";
import { joinBroker } from "./requests.ts";

let cluster: Cluster;
let stream: Stream;

function begin(properties: Readonly<Record<string, string>>): void {
  cluster = new Cluster({ seed: 5, properties });
  cluster.format();
  stream = cluster.connect(cluster.leader());
}

beforeEach(() => {
  begin({ "delegation.token.secret.key": "secret", "broker.session.timeout.ms": "86400000" });
});

interface Client {
  readonly name: string;
  readonly tokenAuthenticated?: boolean;
}

/** A request that a broker passes on for a client. */
function forward<N extends ApiName>(
  api: N,
  version: number,
  body: RequestInit<N>,
  { name, tokenAuthenticated = false }: Client,
): ResponseOf<N> {
  const principal = encode(defaultPrincipalData, 0, { type: "User", name, tokenAuthenticated });
  const envelope = stream.call("envelope", {
    requestData: encodeRequest({ api, version, correlationId: 1, clientId: "admin", body }),
    requestPrincipal: Uint8Array.from([0, 0, ...principal]),
    clientHostAddress: Uint8Array.from([127, 0, 0, 1]),
  });
  expect(envelope.errorCode).toBe(ErrorCode.NONE);
  return decodeResponse(api, version, envelope.responseData ?? new Uint8Array(0)).body;
}

const ALICE = { name: "alice" };
const CREATION: RequestInit<"createDelegationToken"> = { renewers: [], maxLifetimeMs: -1n };

function createToken(client: Client = ALICE): ResponseOf<"createDelegationToken"> {
  return forward("createDelegationToken", 3, CREATION, client);
}

test("a token that a broker's client has created is renewed, and gone when it is expired", () => {
  const { hmac, errorCode } = createToken();
  expect(errorCode).toBe(ErrorCode.NONE);
  expect(hmac).toHaveLength(64);
  const renewal = { hmac, renewPeriodMs: -1n };
  expect(forward("renewDelegationToken", 2, renewal, ALICE).errorCode).toBe(ErrorCode.NONE);
  const expiry = { hmac, expiryTimePeriodMs: -1n };
  expect(forward("expireDelegationToken", 2, expiry, ALICE).errorCode).toBe(ErrorCode.NONE);
  expect(forward("renewDelegationToken", 2, renewal, ALICE).errorCode).toBe(
    ErrorCode.DELEGATION_TOKEN_NOT_FOUND,
  );
});

test("nobody is given a token over a plain connection or for a token", () => {
  const code = ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED;
  const hmac = createToken().hmac;
  expect(stream.call("createDelegationToken", CREATION).errorCode).toBe(code);
  expect(createToken({ name: "alice", tokenAuthenticated: true }).errorCode).toBe(code);
  const renewal = { hmac, renewPeriodMs: -1n };
  expect(stream.call("renewDelegationToken", renewal).errorCode).toBe(code);
  const expiry = { hmac, expiryTimePeriodMs: -1n };
  expect(stream.call("expireDelegationToken", expiry).errorCode).toBe(code);
  const described = stream.call("describeDelegationToken", { owners: null });
  expect(described).toMatchObject({ errorCode: code, tokens: [] });
});

test("a token that nobody renews is removed by the controller that is active then", () => {
  begin({
    "delegation.token.secret.key": "secret",
    "delegation.token.expiry.time.ms": "20000",
    "delegation.token.expiry.check.interval.ms": "10000",
  });
  const { hmac } = createToken();
  const first = cluster.leader();
  cluster.kill(first);
  cluster.runUntil(() => cluster.leader() !== first, "another controller leads");
  stream = cluster.connect(cluster.leader());
  const renewal = { hmac, renewPeriodMs: 1n };
  const renew = () => forward("renewDelegationToken", 2, renewal, ALICE).errorCode;
  expect(renew()).toBe(ErrorCode.NONE);
  cluster.run(100);
  expect(renew()).toBe(ErrorCode.DELEGATION_TOKEN_EXPIRED);
  cluster.run(10_000);
  expect(renew()).toBe(ErrorCode.DELEGATION_TOKEN_NOT_FOUND);
});

test("a controller without a secret key has no tokens", () => {
  begin({});
  expect(createToken().errorCode).toBe(ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED);
});

test("every controller tells of credentials once it knows that they are committed", () => {
  const salt = Uint8Array.of(1);
  const upsertion = { name: "alice", mechanism: 1, iterations: 4096, salt, saltedPassword: salt };
  const { results } = stream.call("alterUserScramCredentials", { upsertions: [upsertion] });
  expect(results).toEqual([{ user: "alice", errorCode: 0, errorMessage: null }]);
  cluster.run(1000);
  for (const id of cluster.ids) {
    const told = cluster.connect(id).call("describeUserScramCredentials", { users: null });
    expect(told).toMatchObject({
      errorCode: ErrorCode.NONE,
      results: [{ user: "alice", credentialInfos: [{ mechanism: 1, iterations: 4096 }] }],
    });
  }
});

function setMutationRate(user: string, value: number): void {
  const entity = [{ entityType: "user", entityName: user }];
  const ops = [{ key: "controller_mutation_rate", value, remove: false }];
  const { entries } = stream.call("alterClientQuotas", { entries: [{ entity, ops }] });
  expect(entries[0]?.errorCode).toBe(ErrorCode.NONE);
}

function creation(name: string, numPartitions: number): RequestInit<"createTopics"> {
  return { topics: [{ name, numPartitions, replicationFactor: 1 }], timeoutMs: 5000 };
}

function outcome({ throttleTimeMs, topics }: ResponseOf<"createTopics">): unknown[] {
  return [topics[0]?.errorCode, throttleTimeMs];
}

const EXCEEDED = ErrorCode.THROTTLING_QUOTA_EXCEEDED;

test("who creates more than its quota is refused until it has waited, and nobody else is", () => {
  joinBroker(cluster, stream);
  const create = (name: string, client: Client, version = 7) =>
    outcome(forward("createTopics", version, creation(name, 21), client));
  expect(create("unlimited", ALICE)).toEqual([ErrorCode.NONE, 0]);
  setMutationRate("alice", 1);
  expect(create("first", ALICE)).toEqual([ErrorCode.NONE, 0]);
  const [errorCode, throttleTimeMs] = create("second", ALICE);
  expect(errorCode).toBe(EXCEEDED);
  expect(throttleTimeMs).toBeGreaterThan(9900);
  expect(create("second", { name: "bob" })).toEqual([ErrorCode.NONE, 0]);
  expect(outcome(stream.call("createTopics", creation("third", 21)))).toEqual([0, 0]);
  cluster.run(throttleTimeMs as number);
  expect(create("fourth", ALICE)).toEqual([ErrorCode.NONE, 0]);
  const [oldClient, wait] = create("fifth", ALICE, 5);
  expect(oldClient).toBe(ErrorCode.NONE);
  expect(wait).toBeGreaterThan(41_000);
});

test("deleting and growing draw on the same quota", () => {
  joinBroker(cluster, stream);
  setMutationRate("alice", 1);
  const created = forward("createTopics", 7, creation("topic", 12), ALICE);
  expect(outcome(created)).toEqual([ErrorCode.NONE, 0]);
  const deletion = { topics: [{ name: "topic" }], timeoutMs: 5000 };
  const deleted = forward("deleteTopics", 6, deletion, ALICE);
  expect(deleted.responses[0]).toMatchObject({ errorCode: EXCEEDED, errorMessage: null });
  expect(deleted.throttleTimeMs).toBeGreaterThan(900);
  const growth = { topics: [{ name: "topic", count: 13, assignments: null }], timeoutMs: 5000 };
  const grown = forward("createPartitions", 3, growth, ALICE);
  expect(grown.results[0]).toMatchObject({ errorCode: EXCEEDED, errorMessage: null });
  expect(grown.throttleTimeMs).toBeGreaterThan(900);
  expect(forward("createPartitions", 2, growth, ALICE).results[0]?.errorCode).toBe(0);
  expect(
    forward("deleteTopics", 4, { topicNames: ["topic"], timeoutMs: 5000 }, ALICE),
  ).toMatchObject({
    responses: [{ errorCode: ErrorCode.NONE }],
  });
});

test("a controller that becomes active begins with full quotas, also when it was active before", () => {
  joinBroker(cluster, stream);
  setMutationRate("alice", 0.001);
  let topics = 0;
  const create = () => {
    topics += 1;
    return outcome(forward("createTopics", 7, creation(`topic-${topics}`, 1), ALICE));
  };
  const exhaust = (leader: number): void => {
    stream = cluster.connect(leader);
    expect(create()).toEqual([ErrorCode.NONE, 0]);
    expect(create()[0]).toBe(EXCEEDED);
  };
  const first = cluster.leader();
  exhaust(first);
  const others = cluster.ids.filter((id) => id !== first);
  for (const id of others) cluster.kill(id);
  // A leader that nobody fetches from gives up.
  cluster.run(10_000);
  for (const id of others) cluster.start(id);
  let leader = cluster.leader();
  for (let round = 0; leader !== first; round++) {
    expect(round).toBeLessThan(20);
    exhaust(leader);
    cluster.kill(leader);
    cluster.runUntil(() => cluster.leader() !== leader, "another controller leads");
    cluster.start(leader);
    leader = cluster.leader();
  }
  exhaust(first);
});

test("the gateway is not held to the quotas of users", () => {
  joinBroker(cluster, stream);
  setMutationRate("ANONYMOUS", 0.001);
  for (const name of ["first", "second", "third"]) {
    const write = {
      kind: "write",
      sender: null,
      api: "createTopics",
      body: creation(name, 1),
    } as const;
    const reply = cluster.api(cluster.leader(), write);
    expect(reply).toMatchObject({ kind: "written", body: { topics: [{ errorCode: 0 }] } });
  }
  expect(outcome(stream.call("createTopics", creation("fourth", 1)))).toEqual([0, 0]);
  expect(outcome(stream.call("createTopics", creation("fifth", 1)))[0]).toBe(EXCEEDED);
});

test("a controller that is not active says so in the form of a token of nobody", () => {
  const follower = cluster.ids.find((id) => id !== cluster.leader()) ?? -1;
  const answer = cluster.connect(follower).call("createDelegationToken", CREATION);
  expect(answer).toMatchObject({
    errorCode: ErrorCode.NOT_CONTROLLER,
    principalName: "ANONYMOUS",
    tokenRequesterPrincipalName: "ANONYMOUS",
    issueTimestampMs: -1n,
    expiryTimestampMs: -1n,
    maxTimestampMs: -1n,
    tokenId: "",
  });
});
