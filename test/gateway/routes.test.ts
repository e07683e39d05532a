/** Each route against whole controllers: the shape of its answer, and what it changed. */
import { beforeEach, expect, test } from "vitest";
import { isUuid } from "../../src/base/uuid.ts";
import { readBatches } from "../../src/protocol/record-batch.ts";
import { LiveGateway } from "./live-gateway.ts";

let gateway: LiveGateway;
let clusterId: string;
let url: string;

beforeEach(() => {
  gateway = LiveGateway.formatted();
  clusterId = gateway.cluster.document.clusterId;
  url = `http://localhost${gateway.clusterPath}`;
});

test("the cluster is listed and described with links as REST v3 has them", async () => {
  const list = await (await gateway.raw("/kafka/v3/clusters")).json();
  const leader = gateway.cluster.leader();
  const cluster = {
    kind: "KafkaCluster",
    metadata: { self: url, resource_name: `crn:///kafka=${clusterId}` },
    cluster_id: clusterId,
    controller: { related: `${url}/controllers/${leader}` },
    acls: { related: `${url}/acls` },
    brokers: { related: `${url}/brokers` },
    broker_configs: { related: `${url}/broker-configs` },
    consumer_groups: { related: `${url}/consumer-groups` },
    topics: { related: `${url}/topics` },
    partition_reassignments: { related: `${url}/topics/-/partitions/-/reassignment` },
    quorum: { related: `${url}/quorum` },
    log: { related: `${url}/log` },
  };
  expect(list).toEqual({
    kind: "KafkaClusterList",
    metadata: { self: "http://localhost/kafka/v3/clusters", next: null },
    data: [cluster],
  });
  const one = await gateway.get("");
  expect(one.body).toEqual({
    ...cluster,
    controller_id: leader,
    features: {
      "group.version": 1,
      "kraft.version": 1,
      "metadata.version": 25,
      "transaction.version": 2,
    },
  });
});

test("the id of the cluster is told in the shape that the confluent CLI reads", async () => {
  const response = await gateway.raw("/v1/metadata/id");
  expect(await response.json()).toEqual({
    id: clusterId,
    scope: { path: [], clusters: { "kafka-cluster": clusterId } },
  });
});

test("a broker's life: registered, unfenced, seen, fenced, unregistered", async () => {
  const registered = await gateway.ask("POST", "/brokers", {
    broker_id: 101,
    listeners: [{ name: "PLAINTEXT", host: "10.0.0.1", port: 9092 }],
    rack: "r1",
  });
  const { broker_epoch, incarnation_id, log_dirs } = registered.body;
  expect(registered.status).toBe(201);
  expect(registered.headers.get("Location")).toBe(`${url}/brokers/101`);
  expect([incarnation_id, ...log_dirs].every(isUuid)).toBe(true);
  const beat = (more: object) =>
    gateway.ask("POST", "/brokers/101/heartbeats", {
      broker_epoch,
      current_metadata_offset: broker_epoch,
      ...more,
    });
  expect((await beat({})).body).toEqual({
    kind: "KafkaBrokerHeartbeat",
    metadata: { self: `${url}/brokers/101`, resource_name: `crn:///kafka=${clusterId}/broker=101` },
    cluster_id: clusterId,
    is_caught_up: true,
    is_fenced: false,
    should_shut_down: false,
  });
  const broker = await gateway.get("/brokers/101");
  expect(broker.body).toEqual({
    kind: "KafkaBroker",
    metadata: { self: `${url}/brokers/101`, resource_name: `crn:///kafka=${clusterId}/broker=101` },
    cluster_id: clusterId,
    broker_id: 101,
    host: "10.0.0.1",
    port: 9092,
    rack: "r1",
    broker_epoch,
    incarnation_id,
    is_fenced: false,
    is_in_controlled_shutdown: false,
    listeners: [
      { name: "PLAINTEXT", host: "10.0.0.1", port: 9092, security_protocol: "PLAINTEXT" },
    ],
    features: [
      { name: "group.version", min_version: 0, max_version: 1 },
      { name: "kraft.version", min_version: 0, max_version: 1 },
      { name: "metadata.version", min_version: 25, max_version: 25 },
      { name: "transaction.version", min_version: 0, max_version: 2 },
    ],
    log_dirs,
    configs: { related: `${url}/brokers/101/configs` },
    partition_replicas: { related: `${url}/brokers/101/partition-replicas` },
  });
  expect((await gateway.get("/brokers")).body).toMatchObject({
    kind: "KafkaBrokerList",
    data: [{ broker_id: 101 }],
  });
  expect((await beat({ want_fence: true })).body.is_fenced).toBe(true);
  expect((await beat({ broker_epoch: broker_epoch + 1 })).body.error_code).toBe(40903);
  expect((await gateway.ask("DELETE", "/brokers/101")).status).toBe(204);
  expect((await gateway.get("/brokers/101")).body).toEqual({
    error_code: 404,
    message: "Broker 101 cannot be found.",
  });
  expect((await gateway.ask("DELETE", "/brokers/101")).status).toBe(404);
});

test("a registration is the same again for the same incarnation and refused for another one", async () => {
  const body = {
    broker_id: 7,
    incarnation_id: "incarnation-7-AAAAAAAA",
    log_dirs: ["directory-7-AAAAAAAAAA"],
    listeners: [{ name: "PLAINTEXT", host: "h", port: 1 }],
  };
  const first = await gateway.ask("POST", "/brokers", body);
  const again = await gateway.ask("POST", "/brokers", body);
  expect(again.status).toBe(201);
  expect(again.body).toEqual(first.body);
  const { broker_epoch } = first.body;
  const beat = { broker_epoch, current_metadata_offset: broker_epoch };
  expect((await gateway.ask("POST", "/brokers/7/heartbeats", beat)).status).toBe(200);
  const other = { ...body, incarnation_id: "incarnation-8-AAAAAAAA" };
  expect(await gateway.ask("POST", "/brokers", other)).toMatchObject({
    status: 409,
    body: { error_code: 40904 },
  });
});

test("a topic's life: validated, created, described, deleted", async () => {
  await gateway.join(101, 102);
  const asked = {
    topic_name: "orders",
    partitions_count: 2,
    replication_factor: 2,
    configs: [{ name: "retention.ms", value: "1000" }],
  };
  const validated = await gateway.ask("POST", "/topics", { ...asked, validate_only: true });
  expect(validated).toMatchObject({ status: 200, body: { topic_name: "orders" } });
  expect((await gateway.get("/topics/orders")).status).toBe(404);

  const created = await gateway.ask("POST", "/topics", asked);
  expect(created.status).toBe(201);
  expect(created.headers.get("Location")).toBe(`${url}/topics/orders`);
  expect(created.body).toEqual({
    kind: "KafkaTopic",
    metadata: {
      self: `${url}/topics/orders`,
      resource_name: `crn:///kafka=${clusterId}/topic=orders`,
    },
    cluster_id: clusterId,
    topic_name: "orders",
    topic_id: created.body.topic_id,
    is_internal: false,
    replication_factor: 2,
    partitions_count: 2,
    partitions: { related: `${url}/topics/orders/partitions` },
    configs: { related: `${url}/topics/orders/configs` },
    partition_reassignments: { related: `${url}/topics/orders/partitions/-/reassignment` },
  });
  expect(isUuid(created.body.topic_id)).toBe(true);
  expect((await gateway.get("/topics/orders")).body).toEqual(created.body);
  expect((await gateway.ask("POST", "/topics", asked)).body).toEqual({
    error_code: 40002,
    message: "Topic 'orders' already exists.",
  });

  expect((await gateway.ask("DELETE", "/topics/orders")).status).toBe(204);
  expect(await gateway.ask("DELETE", "/topics/orders")).toMatchObject({
    status: 404,
    body: { error_code: 40403, message: "This server does not host this topic-partition." },
  });
});

test("partitions and replicas stand where the request put them", async () => {
  await gateway.join(101, 102);
  const asked = { topic_name: "placed", replicas_assignments: { 0: [102, 101], 1: [101, 102] } };
  expect((await gateway.ask("POST", "/topics", asked)).status).toBe(201);
  const list = await gateway.get("/topics/placed/partitions");
  expect(list.body).toMatchObject({
    kind: "KafkaPartitionList",
    metadata: { self: `${url}/topics/placed/partitions`, next: null },
    data: [
      { partition_id: 0, leader_id: 102, isr: [102, 101] },
      { partition_id: 1, leader_id: 101, isr: [101, 102] },
    ],
  });
  const self = `${url}/topics/placed/partitions/1`;
  const crn = `crn:///kafka=${clusterId}/topic=placed/partition=1`;
  const partition = await gateway.get("/topics/placed/partitions/1");
  expect(partition.body).toEqual({
    kind: "KafkaPartition",
    metadata: { self, resource_name: crn },
    cluster_id: clusterId,
    topic_name: "placed",
    partition_id: 1,
    leader: { related: `${self}/replicas/101` },
    replicas: { related: `${self}/replicas` },
    reassignment: { related: `${self}/reassignment` },
    leader_id: 101,
    leader_epoch: 0,
    partition_epoch: 0,
    replica_ids: [101, 102],
    isr: [101, 102],
    elr: [],
    adding_replicas: [],
    removing_replicas: [],
  });
  const replicas = await gateway.get("/topics/placed/partitions/1/replicas");
  expect(replicas.body).toMatchObject({
    kind: "KafkaReplicaList",
    data: [
      { broker_id: 101, is_leader: true, is_in_sync: true },
      { broker_id: 102, is_leader: false, is_in_sync: true },
    ],
  });
  const replica = await gateway.get("/topics/placed/partitions/1/replicas/102");
  expect(replica.body).toEqual(replicas.body.data[1]);
  expect(replica.body).toMatchObject({
    kind: "KafkaReplica",
    metadata: { self: `${self}/replicas/102`, resource_name: `${crn}/replica=102` },
    broker: { related: `${url}/brokers/102` },
  });
  for (const path of ["partitions/2", "partitions/2/replicas", "partitions/1/replicas/9"]) {
    expect((await gateway.get(`/topics/placed/${path}`)).status).toBe(404);
  }
});

test("topics come in pages that link to each other", async () => {
  await gateway.join(101);
  for (const topic_name of ["b", "d", "a", "c", "__consumer_offsets"]) {
    expect((await gateway.ask("POST", "/topics", { topic_name })).status).toBe(201);
  }
  const seen: string[] = [];
  let next: string | null = `${url}/topics?page_size=2`;
  while (next !== null) {
    const page = (await (await gateway.raw(next)).json()) as {
      data: { topic_name: string; is_internal: boolean }[];
      metadata: { next: string | null };
    };
    expect(page.data.length).toBeLessThanOrEqual(2);
    seen.push(...page.data.map(({ topic_name }) => topic_name));
    next = page.metadata.next;
  }
  expect(seen).toEqual(["__consumer_offsets", "a", "b", "c", "d"]);
  expect((await gateway.get("/topics/__consumer_offsets")).body.is_internal).toBe(true);
});

test("the quorum is described as its leader sees it", async () => {
  const leader = gateway.cluster.leader();
  const { body } = await gateway.get("/quorum");
  expect(body).toMatchObject({ kind: "KafkaQuorum", leader_id: leader, leader_epoch: 1 });
  expect(body.endpoints.map((endpoint: { port: number }) => endpoint.port).sort()).toEqual([
    9093, 9094, 9095,
  ]);
  const voters = await gateway.get("/quorum/voters");
  const ids = (list: { replica_id: number }[]) => list.map(({ replica_id }) => replica_id);
  expect(ids(voters.body.data)).toEqual(ids(body.voters));
  expect(voters.body.data).toHaveLength(3);
  for (const voter of voters.body.data) {
    expect(Object.keys(voter)).toEqual([
      "replica_id",
      "directory_id",
      "is_leader",
      "log_end_offset",
      "lag",
      "last_fetch_timestamp_ms",
      "last_caught_up_timestamp_ms",
    ]);
    expect(voter.is_leader).toBe(voter.replica_id === leader);
    expect(voter.lag).toBe(0);
    expect(voter.log_end_offset).toBe(body.high_watermark);
  }
});

test("the log reads the same in pages of records as in raw batches", async () => {
  const { body: all } = await gateway.get("/log");
  expect(all.data[0]).toMatchObject({ offset: 0, epoch: 1, control: true, type: "LEADER_CHANGE" });
  expect(all.next_offset).toBe(all.high_watermark);
  const paged: unknown[] = [];
  for (let offset = 0; offset < all.next_offset; ) {
    const { body } = await gateway.get(`/log?offset=${offset}&max_records=3`);
    expect(body.data.length).toBeLessThanOrEqual(3);
    paged.push(...body.data);
    offset = body.next_offset;
  }
  expect(paged).toEqual(all.data);

  const raw = await gateway.raw(`${gateway.clusterPath}/log/raw?offset=0`);
  expect(raw.headers.get("Content-Type")).toBe("application/octet-stream");
  expect(raw.headers.get("Quorate-Next-Offset")).toBe(String(all.next_offset));
  const batches = [...readBatches(new Uint8Array(await raw.arrayBuffer()))];
  expect(batches[0]?.baseOffset).toBe(0);
  expect(batches.at(-1)?.lastOffset).toBe(all.next_offset - 1);
  const end = await gateway.raw(`${gateway.clusterPath}/log/raw?offset=${all.next_offset}`);
  expect((await end.arrayBuffer()).byteLength).toBe(0);
});

test("a reader at the end of the log is answered with nothing once it has waited", async () => {
  const { body } = await gateway.get("/quorum");
  const before = gateway.cluster.nowMs;
  const { body: tail } = await gateway.get(`/log?offset=${body.high_watermark}&wait_ms=2000`);
  expect(tail).toMatchObject({ data: [], next_offset: body.high_watermark });
  expect(gateway.cluster.nowMs - before).toBeGreaterThanOrEqual(2000);
});

test("writes and reads say at which offset and epoch they are true", async () => {
  const [epoch] = await gateway.join(101);
  const created = await gateway.ask("POST", "/topics", { topic_name: "t" });
  const offset = Number(created.headers.get("Quorate-Offset"));
  expect(offset).toBeGreaterThan(epoch ?? 0);
  expect(created.headers.get("Quorate-Epoch")).toBe("1");
  const read = await gateway.get("/topics/t");
  expect(Number(read.headers.get("Quorate-Offset"))).toBeGreaterThanOrEqual(offset);
  expect(read.headers.get("X-Content-Type-Options")).toBe("nosniff");
  expect(read.headers.get("Cache-Control")).toBe("no-store");
  expect(read.headers.get("Access-Control-Allow-Origin")).toBe(null);
  expect(gateway.lines.at(-1)).toEqual({
    event: "request",
    requestId: read.headers.get("X-Request-Id"),
    method: "GET",
    route: "/kafka/v3/clusters/{cluster_id}/topics/{topic_name}",
    status: 200,
    ms: 0,
    tokenId: null,
    offset: Number(read.headers.get("Quorate-Offset")),
    epoch: 1,
  });
});

test("when the leader dies the next request finds its successor, and without a majority nobody", async () => {
  await gateway.join(101);
  gateway.kill(gateway.cluster.leader());
  expect((await gateway.get("/quorum")).body.leader_epoch).toBeGreaterThan(1);
  expect((await gateway.raw("/readyz")).status).toBe(200);
  gateway.kill(gateway.cluster.leader());
  for (const path of ["/readyz", `${gateway.clusterPath}/topics`]) {
    const response = await gateway.raw(path);
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("1");
    expect(await response.json()).toMatchObject({ error_code: 50003 });
  }
  expect((await gateway.raw("/livez")).status).toBe(200);
});

test("before there is a cluster, lists are empty and everything else is not found", async () => {
  const empty = new LiveGateway();
  const list = (await (await empty.raw("/kafka/v3/clusters")).json()) as { data: unknown };
  expect(list.data).toEqual([]);
  expect((await empty.raw("/v1/metadata/id")).status).toBe(404);
  expect((await empty.get("/topics")).status).toBe(404);
  expect((await empty.raw("/livez")).status).toBe(200);
  expect((await empty.raw("/readyz")).status).toBe(503);
});
