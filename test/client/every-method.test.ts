/** Every method of the client, once, against the gateway and whole controllers. */
import { beforeAll, expect, test } from "vitest";
import { OPERATIONS } from "../../src/client/operations.ts";
import type { AclDeletion } from "../../src/client/types/security.ts";
import { LiveGateway, WITH_AUTHORIZER, WITH_DELEGATION_TOKENS } from "../gateway/live-gateway.ts";
import { type LiveClient, liveClient, operationOf } from "./live-client.ts";

const ACL = {
  resource_type: "TOPIC",
  resource_name: "orders",
  pattern_type: "LITERAL",
  principal: "User:alice",
  host: "*",
  operation: "READ",
  permission: "ALLOW",
};
const EVERY_ACL: AclDeletion = {
  resource_type: "ANY",
  pattern_type: "ANY",
  operation: "ANY",
  permission: "ANY",
};
const RETENTION = { name: "retention.ms", value: "1000" };
const LOG_RETENTION = { name: "log.retention.ms", value: "1000" };

let gateway: LiveGateway;
let live: LiveClient;
/** Where the first topic was created. */
let createdOffset = 0;

beforeAll(async () => {
  const properties = { ...WITH_AUTHORIZER, ...WITH_DELEGATION_TOKENS };
  gateway = LiveGateway.formatted(121, { metadataVersion: 33, properties });
  live = liveClient(gateway);
});

test("the cluster and the gateway", async () => {
  const { cluster, gateway: door } = live.client;
  const { clusterId } = gateway.cluster.document;
  expect(await cluster.id()).toBe(clusterId);
  const described = await cluster.get({ includeAuthorizedOperations: true });
  expect(described.value).toMatchObject({ kind: "KafkaCluster", cluster_id: clusterId });
  expect(described.value.authorized_operations).toContain("ALTER");
  expect(described.value.controller_id).toBe(gateway.cluster.leader());
  expect(await cluster.list().all()).toMatchObject([{ cluster_id: clusterId }]);
  const again = cluster.create({ controllers: [{ id: 1, host: "h", port: 1 }] });
  await expect(again).rejects.toMatchObject({ status: 409, errorCode: 409 });
  expect((await door.isAlive()).value).toEqual({ status: "ok" });
  expect((await door.isReady()).value.status).toBe("ok");
  expect((await door.metrics()).value).toContain("quorate_controller_up");
  expect((await door.openApi()).value).toMatchObject({ openapi: "3.1.0" });
  expect((await door.docs()).value).toContain("<html");
  expect((await live.client.caller()).value.principal).toBe("User:ANONYMOUS");
});

test("the quorum, controllers and features", async () => {
  const { quorum, controllers, features } = live.client;
  const { value } = await quorum.get();
  expect(value.voters.map(({ replica_id }) => replica_id)).toEqual([1, 2, 3]);
  expect(await quorum.listVoters().all()).toHaveLength(3);
  expect(await controllers.list().all()).toHaveLength(3);
  expect((await controllers.get(2)).value.controller_id).toBe(2);
  await expect(controllers.unregister(9)).rejects.toMatchObject({ status: 404 });
  const names = (await features.list().all()).map(({ feature_name }) => feature_name);
  const { value: level } = await features.get("metadata.version");
  expect(level).toMatchObject({ kind: "KafkaFeature", feature_name: "metadata.version" });
  expect(names).toContain("metadata.version");
  const update = { data: [{ feature_name: "group.version", level: 1 }], validate_only: true };
  expect((await features.update(update)).value).toBe(null);
});

test("brokers", async () => {
  const { brokers } = live.client;
  for (const broker_id of [101, 102, 103]) {
    const listeners = [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9092 }];
    const registered = await brokers.register({ broker_id, listeners });
    const { broker_epoch } = registered.value;
    expect(registered.offset).toBeGreaterThanOrEqual(broker_epoch);
    const beat = { broker_epoch, current_metadata_offset: registered.offset ?? 0 };
    expect((await brokers.heartbeat(broker_id, beat)).value.is_fenced).toBe(false);
  }
  expect((await brokers.unregister(103)).value).toBe(null);
  expect((await brokers.list().all()).map(({ broker_id }) => broker_id)).toEqual([101, 102]);
  expect((await brokers.get(101)).value).toMatchObject({ host: "127.0.0.1", is_fenced: false });
});

test("topics, partitions and replicas", async () => {
  const { topics, partitions, brokers } = live.client;
  const created = await topics.create({
    topic_name: "orders",
    replicas_assignments: { 0: [101], 1: [102] },
  });
  expect(created.value).toMatchObject({ topic_name: "orders", partitions_count: 2 });
  createdOffset = created.offset ?? 0;
  await topics.create({ topic_name: "gone" });
  const got = await topics.get("orders", { includeAuthorizedOperations: true });
  expect(got.value.authorized_operations).toContain("READ");
  const grown = await topics.addPartitions(
    "orders",
    { partitions_count: 5 },
    { ifMatch: got.etag ?? "" },
  );
  expect(grown.value.partitions_count).toBe(5);
  const same = topics.get("orders", { ifNoneMatch: grown.etag ?? "" });
  await expect(same).rejects.toMatchObject({ status: 304, etag: grown.etag });
  const late = topics.delete("orders", { ifMatch: got.etag ?? "" });
  await expect(late).rejects.toMatchObject({ status: 412, etag: grown.etag });
  await topics.delete("gone");
  expect((await topics.list().all()).map(({ topic_name }) => topic_name)).toEqual(["orders"]);
  const indices = (await partitions.list("orders", { pageSize: 2 }).all()).map(
    ({ partition_id }) => partition_id,
  );
  expect(indices).toEqual([0, 1, 2, 3, 4]);
  expect((await partitions.get("orders", 1)).value.leader_id).toBe(102);
  expect(await partitions.listReplicas("orders", 0).all()).toMatchObject([{ broker_id: 101 }]);
  const replica = { topic: "orders", partition: 0, broker: 101 };
  expect((await partitions.getReplica(replica)).value.is_leader).toBe(true);
  expect((await brokers.listReplicas(102).all()).length).toBeGreaterThan(0);
});

test("reassignments and elections", async () => {
  const { reassignments, elections } = live.client;
  await reassignments.start({ topic: "orders", partition: 0, replicas: [101, 102] });
  const moving = { topic_name: "orders", partition_id: 0, adding_replicas: [102] };
  expect(await reassignments.list().all()).toMatchObject([moving]);
  expect(await reassignments.listOfTopic("orders").all()).toMatchObject([moving]);
  expect((await reassignments.get("orders", 0)).value).toMatchObject(moving);
  await reassignments.cancel("orders", 0);
  const partition = { topic_name: "orders", partition_id: 0 };
  const altered = await reassignments.alter({ data: [{ ...partition, replicas: null }] });
  expect(altered.value.data).toMatchObject([{ error: "NO_REASSIGNMENT_IN_PROGRESS" }]);
  const elected = await elections.elect({ election_type: "PREFERRED", partitions: [partition] });
  expect(elected.value.data).toMatchObject([{ error: "ELECTION_NOT_NEEDED" }]);
});

test("the configs of topics", async () => {
  const { topicConfigs } = live.client;
  const { etag } = await topicConfigs.list("orders").first();
  await topicConfigs.set("orders", RETENTION, { ifMatch: etag ?? "" });
  expect((await topicConfigs.get("orders", "retention.ms")).value.value).toBe("1000");
  const late = topicConfigs.reset("orders", "retention.ms", { ifMatch: etag ?? "" });
  await expect(late).rejects.toMatchObject({ status: 412, errorCode: 41201 });
  await topicConfigs.reset("orders", "retention.ms");
  await topicConfigs.alter("orders", { data: [RETENTION] });
  const all = await topicConfigs.listAll().all();
  expect(all.find(({ name }) => name === "retention.ms")?.value).toBe("1000");
  const configs = [RETENTION];
  const changes = (...names: string[]) => ({
    data: names.map((topic_name) => ({ topic_name, configs })),
  });
  const failed = (await topicConfigs.alterMany(changes("orders", "nowhere"))).value;
  expect(failed).toMatchObject([{ topic_name: "nowhere", error_code: 40403 }]);
  expect((await topicConfigs.alterMany(changes("orders"))).value).toEqual([]);
});

test("the configs of brokers, groups and client metrics", async () => {
  const { brokerConfigs, clusterConfigs, groupConfigs, clientMetricsConfigs } = live.client;
  await brokerConfigs.set(101, LOG_RETENTION);
  expect(await brokerConfigs.list(101).all()).toMatchObject([LOG_RETENTION]);
  expect((await brokerConfigs.get(101, "log.retention.ms")).value).toMatchObject(LOG_RETENTION);
  expect(await brokerConfigs.listAll().all()).toMatchObject([{ broker_id: 101 }]);
  await brokerConfigs.reset(101, "log.retention.ms");
  await brokerConfigs.alter(101, { data: [LOG_RETENTION] });

  await clusterConfigs.set(LOG_RETENTION);
  expect(await clusterConfigs.list().all()).toMatchObject([LOG_RETENTION]);
  expect((await clusterConfigs.get("log.retention.ms")).value).toMatchObject(LOG_RETENTION);
  await clusterConfigs.reset("log.retention.ms");
  await clusterConfigs.alter({ data: [LOG_RETENTION] });

  const timeout = { name: "consumer.session.timeout.ms", value: "46000" };
  await groupConfigs.set("g", timeout);
  expect(await groupConfigs.listGroups().all()).toMatchObject([{ group_id: "g" }]);
  expect((await groupConfigs.get("g", timeout.name)).value).toMatchObject(timeout);
  expect(await groupConfigs.list("g").all()).toContainEqual(expect.objectContaining(timeout));
  await groupConfigs.reset("g", timeout.name);
  await groupConfigs.alter("g", { data: [timeout] });

  const interval = { name: "interval.ms", value: "1000" };
  await clientMetricsConfigs.set("s", interval);
  expect(await clientMetricsConfigs.listSubscriptions().all()).toMatchObject([
    { subscription_name: "s" },
  ]);
  expect((await clientMetricsConfigs.get("s", interval.name)).value).toMatchObject(interval);
  expect((await clientMetricsConfigs.list("s").all()).length).toBeGreaterThan(0);
  await clientMetricsConfigs.reset("s", interval.name);
  await clientMetricsConfigs.alter("s", { data: [interval] });
});

test("ACLs, SCRAM users and quotas", async () => {
  const { acls, scramUsers, quotas } = live.client;
  await acls.create(ACL);
  const many = [ACL, { ...ACL, host: "10.0.0.1" }];
  expect((await acls.createMany(many)).value).toEqual([]);
  const half = [
    { ...ACL, principal: "no principal" },
    { ...ACL, host: "10.0.0.2" },
  ];
  expect((await acls.createMany(half)).value).toMatchObject([{ index: 0 }]);
  expect(await acls.search({ principal: "User:alice" }, { pageSize: 1 }).all()).toHaveLength(3);
  expect((await acls.delete(EVERY_ACL)).value.data).toHaveLength(3);

  const user = { user: "alice", mechanism: "SCRAM-SHA-256" } as const;
  await scramUsers.set(user, { password: "p" });
  const credential = { user_name: "alice", mechanism: "SCRAM-SHA-256", iterations: 8192 };
  expect(await scramUsers.list().all()).toMatchObject([credential]);
  expect(await scramUsers.listOfUser("alice").all()).toMatchObject([credential]);
  expect((await scramUsers.get(user)).value).toMatchObject(credential);
  await scramUsers.delete(user);

  const rate = { name: "producer_byte_rate", value: 1024 };
  await quotas.alter({ entity: { user: null }, quotas: [rate] });
  expect(await quotas.list().all()).toMatchObject([{ entity: { user: null }, value: 1024 }]);
});

test("access tokens and delegation tokens", async () => {
  const { accessTokens, delegationTokens } = live.client;
  const made = await accessTokens.create({ principal: "User:bob", expires_in_seconds: 60 });
  const { token_id: id, access_token } = made.value;
  const bob = liveClient(gateway, { token: access_token }).client;
  expect((await bob.caller()).value).toMatchObject({ principal: "User:bob", token_id: id });
  expect((await accessTokens.get(id)).value.principal).toBe("User:bob");
  expect(await accessTokens.list({ pageSize: 1 }).all()).toHaveLength(1);
  const rotated = await accessTokens.rotate(id, { overlap_seconds: 60 });
  expect(rotated.value.access_token).not.toBe(access_token);
  expect((await accessTokens.revoke(id)).value).toBe(null);
  await expect(bob.caller()).rejects.toMatchObject({ status: 401, errorCode: 40101 });

  const { token_id } = (await delegationTokens.create({ max_lifetime_ms: 60_000 })).value;
  const own = { owner: "User:ANONYMOUS" };
  expect(await delegationTokens.list(own).all()).toMatchObject([{ token_id }]);
  expect(await delegationTokens.list({ owner: "User:bob" }).all()).toEqual([]);
  const { hmac, max_timestamp_ms } = (await delegationTokens.get(token_id)).value;
  expect(hmac.length).toBeGreaterThan(40);
  const renewed = await delegationTokens.renew(token_id);
  expect(renewed.value.expiration_timestamp_ms).toBe(max_timestamp_ms);
  const expiring = await delegationTokens.expire(token_id, { periodMs: 1000 });
  expect(expiring.value.expiration_timestamp_ms).toBeLessThan(max_timestamp_ms);
  expect((await delegationTokens.remove(token_id)).value).toBe(null);
});

test("the log, the feed and the image", async () => {
  const { log } = live.client;
  const page = await log.read({ maxRecords: 5 });
  expect(page.value.data.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
  expect(page.value.next_offset).toBe(5);
  const found = await log.read({ types: ["TOPIC_RECORD"], topic: "orders" });
  expect(found.value.data).toMatchObject([{ type: "TOPIC_RECORD" }]);
  expect((await log.read({ broker: 103 })).value.data.length).toBeGreaterThan(1);
  const whole = await log.raw();
  const begun = await log.raw({ offset: whole.value.nextOffset });
  expect(whole.value.nextOffset).toBeGreaterThan(0);
  expect(begun.value.nextOffset).toBeGreaterThanOrEqual(whole.value.nextOffset);
  const [record] = found.value.data;
  for await (const said of log.feed({ from: 0, topic: "orders", types: ["TOPIC_RECORD"] })) {
    expect(said).toEqual(record);
    break;
  }
  const types: string[] = [];
  let imageOffset = 0;
  for await (const line of log.image()) {
    if (line.type === "IMAGE") imageOffset = line.offset;
    types.push(line.type);
  }
  expect(types[0]).toBe("IMAGE");
  expect(types.filter((type) => type === "TOPIC")).toHaveLength(1);
  expect(types.filter((type) => type === "PARTITION")).toHaveLength(5);
  const before: string[] = [];
  for await (const line of log.image({ atOffset: createdOffset })) before.push(line.type);
  expect(createdOffset).toBeLessThan(imageOffset);
  expect(before.filter((type) => type === "PARTITION")).toHaveLength(2);
});

test("all of it together is every operation that controllers serve", () => {
  const asked = new Set(live.sent.map(operationOf));
  expect([...asked].sort()).toEqual(Object.keys(OPERATIONS).sort());
});
