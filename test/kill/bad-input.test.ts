/** What a hostile or mistaken client may send to a controller: a clear error, nothing changed, nobody else harmed. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { APIS } from "../../src/protocol/apis.ts";
import { decode } from "../../src/protocol/codec.ts";
import { encodeRequest } from "../../src/protocol/request-frame.ts";
import type { KafkaClient } from "../support/kafka-client.ts";
import { Quorate } from "../support/quorate.ts";
import { SimulatedBroker } from "../support/simulated-broker.ts";

let quorate: Quorate;
let broker: SimulatedBroker;
let bystander: KafkaClient;

beforeAll(async () => {
  quorate = await Quorate.start();
  broker = await SimulatedBroker.start(quorate, 101);
  bystander = await quorate.connect();
}, 60_000);

afterAll(async () => {
  await broker?.stop();
  bystander?.close();
  await quorate?.close();
});

const REGISTRATION = {
  brokerId: 102,
  incarnationId: "abcdefghijklmnopqrstuA",
  listeners: [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9092, securityProtocol: 0 }],
  features: [{ name: "metadata.version", minSupportedVersion: 7, maxSupportedVersion: 33 }],
  rack: null,
  logDirs: ["bbcdefghijklmnopqrstuA"],
  previousBrokerEpoch: -1n,
};

async function brokerIds(): Promise<number[]> {
  const { data } = await quorate.get<{ data: { broker_id: number }[] }>("/brokers");
  return data.map(({ broker_id }) => broker_id);
}

/** Runs an attack on a connection of its own and checks that the world is as before. */
async function unharmed(attack: (client: KafkaClient) => Promise<void>): Promise<void> {
  const before = await quorate.get<{ high_watermark: number }>("/quorum");
  const client = await quorate.connect();
  await attack(client);
  client.close();
  const { apiKeys } = await bystander.call("apiVersions", {
    clientSoftwareName: "bystander",
    clientSoftwareVersion: "1",
  });
  expect(apiKeys.length).toBeGreaterThan(15);
  const after = await quorate.get<{ high_watermark: number }>("/quorum");
  expect(after.high_watermark).toBe(before.high_watermark);
  expect(await brokerIds()).toEqual([101]);
}

test("a broker of another cluster is refused", async () => {
  await unharmed(async (client) => {
    const { errorCode } = await client.call("brokerRegistration", {
      ...REGISTRATION,
      clusterId: "AnotherClusterAltogether",
    });
    expect(errorCode).toBe(ErrorCode.INCONSISTENT_CLUSTER_ID);
  });
});

test("a second broker with an id that is alive is refused", async () => {
  await unharmed(async (client) => {
    const { errorCode } = await client.call("brokerRegistration", {
      ...REGISTRATION,
      brokerId: 101,
      clusterId: quorate.clusterId,
    });
    expect(errorCode).toBe(ErrorCode.DUPLICATE_BROKER_REGISTRATION);
  });
});

test("a heartbeat with a stale broker epoch is refused", async () => {
  await unharmed(async (client) => {
    const { errorCode } = await client.call("brokerHeartbeat", {
      brokerId: 101,
      brokerEpoch: 1n,
      currentMetadataOffset: 1n,
      wantFence: true,
      wantShutDown: true,
    });
    expect(errorCode).toBe(ErrorCode.STALE_BROKER_EPOCH);
  });
});

test("a broker that cannot read the finalized metadata.version is refused", async () => {
  await unharmed(async (client) => {
    const { errorCode } = await client.call("brokerRegistration", {
      ...REGISTRATION,
      clusterId: quorate.clusterId,
      features: [{ name: "metadata.version", minSupportedVersion: 7, maxSupportedVersion: 20 }],
    });
    expect(errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION);
  });
});

test("a version of ApiVersions from the future is answered in version 0 with the range there is", async () => {
  await unharmed(async (client) => {
    const request = encodeRequest({
      api: "apiVersions",
      version: 5,
      correlationId: 7,
      clientId: "future",
      body: { clientSoftwareName: "future", clientSoftwareVersion: "9" },
    });
    new DataView(request.buffer, request.byteOffset).setInt16(2, 99);
    const answer = await client.exchange(request);
    expect(new DataView(answer.buffer, answer.byteOffset).getInt32(0)).toBe(7);
    const body = decode(APIS.apiVersions.response, 0, answer.subarray(4));
    expect(body.errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION);
    expect(body.apiKeys).toEqual([{ apiKey: 18, minVersion: 0, maxVersion: 5 }]);
  });
});

test("an unsupported version of another API ends its own connection only", async () => {
  await unharmed(async (client) => {
    const request = encodeRequest({
      api: "createTopics",
      version: 7,
      correlationId: 1,
      clientId: "future",
      body: { topics: [] },
    });
    new DataView(request.buffer, request.byteOffset).setInt16(2, 77);
    await expect(client.exchange(request)).rejects.toThrow("closed");
  });
});

test("a frame that claims a gigabyte ends its own connection only", async () => {
  await unharmed(async (client) => {
    client.write(Uint8Array.from([0x40, 0, 0, 0, 1, 2, 3]));
    await client.closed;
  });
});

test("garbage on the Kafka port ends its own connection only", async () => {
  await unharmed(async (client) => {
    client.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    await client.closed;
  });
});

test("a request that is cut short ends its own connection only", async () => {
  await unharmed(async (client) => {
    const request = encodeRequest({
      api: "createTopics",
      version: 7,
      correlationId: 1,
      clientId: "short",
      body: { topics: [{ name: "never", numPartitions: 1, replicationFactor: 1 }] },
    });
    await expect(client.exchange(request.subarray(0, -5))).rejects.toThrow("closed");
  });
});

test("a second format is refused and the first cluster stays", async () => {
  const [first] = quorate.controllers;
  const response = await fetch(`${first?.baseUrl}/kafka/v3/clusters`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ controllers: [{ id: 1, host: "127.0.0.1", port: 1 }] }),
  });
  expect(response.status).toBe(409);
  expect(((await response.json()) as { message: string }).message).toContain(quorate.clusterId);
  const { data } = (await (await fetch(`${first?.baseUrl}/kafka/v3/clusters`)).json()) as {
    data: { cluster_id: string }[];
  };
  expect(data.map(({ cluster_id }) => cluster_id)).toEqual([quorate.clusterId]);
});
