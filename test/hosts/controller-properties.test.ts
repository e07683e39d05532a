// Controller properties: from the command line to every controller, and what is refused on the way.

import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { start } from "../../cli/start.ts";
import { controllerConfig } from "../../src/controller/controller-config.ts";
import { Quorate } from "../support/quorate.ts";
import { SimulatedBroker } from "../support/simulated-broker.ts";

test("num.partitions of the controllers is what a topic gets when nobody says how many", async () => {
  const quorate = await Quorate.start({ properties: { "num.partitions": "3" } });
  const broker = await SimulatedBroker.start(quorate, 1);
  const client = await quorate.connect();
  const { topics } = await client.call("createTopics", {
    topics: [{ name: "t", numPartitions: -1, replicationFactor: -1, assignments: [], configs: [] }],
    timeoutMs: 5000,
    validateOnly: false,
  });
  expect(topics).toMatchObject([{ errorCode: 0, numPartitions: 3, replicationFactor: 1 }]);
  client.close();
  await broker.stop();
  await quorate.close();
});

test.each([
  ["super.users", "admin", "super.users has admin: principals such as User:admin are allowed"],
  ["num.partitions", "0", "num.partitions=0 is not allowed: an integer of at least 1 is"],
  ["num.partitions", "", "num.partitions= is not allowed: an integer of at least 1 is"],
  ["delete.topic.enable", "yes", "delete.topic.enable=yes is not allowed: true or false is"],
  [
    "quorate.http.authentication.required",
    "no",
    "quorate.http.authentication.required=no is not allowed: true or false is",
  ],
  [
    "quorate.http.requests.per.second",
    "-1",
    "quorate.http.requests.per.second=-1 is not allowed: an integer of at least 0 is",
  ],
  [
    "quorate.idempotency.max.answers",
    "many",
    "quorate.idempotency.max.answers=many is not allowed: an integer of at least 1 is",
  ],
  [
    "quorate.idempotency.max.bytes",
    "0",
    "quorate.idempotency.max.bytes=0 is not allowed: an integer of at least 1 is",
  ],
  [
    "quorate.delegation.max.tokens",
    "",
    "quorate.delegation.max.tokens= is not allowed: an integer of at least 1 is",
  ],
  [
    "authorizer.class.name",
    "kafka.security.authorizer.AclAuthorizer",
    "authorizer.class.name=kafka.security.authorizer.AclAuthorizer is not allowed: only org.apache.kafka.metadata.authorizer.StandardAuthorizer or nothing is",
  ],
])("a quorum is not started with %s=%s", async (name, value, message) => {
  const options = { data: "unused", httpPort: 1, kafkaPort: 1, processes: false };
  const started = start({ ...options, properties: { [name]: value } }, () => {});
  await expect(started).rejects.toThrow(message);
});

test("a property that Kafka does not know is named before the quorum starts", async () => {
  const lines: string[] = [];
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  const { port: httpPort } = other.address() as AddressInfo;
  const options = { data: "unused", httpPort, kafkaPort: 9093, processes: false };
  const properties = {
    "super.user": "User:a",
    "super.users": "User:a",
    "log.roll.ms": "1000",
    "quorate.http.requests.per.second": "10",
    "quorate.http.requests.per.minute": "10",
  };
  const started = start({ ...options, properties }, (line) => lines.push(line));
  await expect(started).rejects.toThrow("--http-port");
  other.close();
  expect(lines).toEqual([
    "super.user is no property of Kafka and is ignored.",
    "quorate.http.requests.per.minute is no property of Kafka and is ignored.",
  ]);
});

test("properties have Kafka's defaults, and super users are separated by semicolons", () => {
  expect(controllerConfig()).toMatchObject({
    authorizerEnabled: false,
    superUsers: new Set(),
    brokerSessionTimeoutMs: 9000,
    numPartitions: 1,
    deleteTopicEnable: true,
    autoLeaderRebalanceEnable: true,
    leaderImbalanceCheckIntervalMs: 300_000,
    delegationTokenSecretKey: null,
    delegationTokenMaxLifetimeMs: 604_800_000,
    delegationTokenExpiryTimeMs: 86_400_000,
    quotaWindowNum: 11,
    httpAuthenticationRequired: true,
    httpRequestsPerSecond: 0,
    idempotencyMaxAnswers: 200_000,
    idempotencyMaxBytes: 268_435_456,
    delegationMaxTokens: 10_000,
  });
  const { superUsers } = controllerConfig({ "super.users": "User:CN=a,O=b; User:c;" });
  expect(superUsers).toEqual(new Set(["User:CN=a,O=b", "User:c"]));
});
