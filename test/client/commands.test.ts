/** What `quorate status`, `topics`, `log` and `token` show, and what they say when they cannot. */
import { expect, test } from "vitest";
import { explain } from "../../cli/command/explain.ts";
import { logLines } from "../../cli/command/log.ts";
import { statusLines, topicLines } from "../../cli/command/status.ts";
import { createToken, revokeToken, rotateToken, tokenLines } from "../../cli/command/token.ts";
import { LiveGateway } from "../gateway/live-gateway.ts";
import { FakeGateway, failure, json, lost } from "./fake-gateway.ts";
import { liveClient } from "./live-client.ts";

async function explained(call: Promise<unknown>): Promise<string> {
  return call.then(() => "", explain);
}

test("status shows the leader, the voters with their lag, the brokers and what is offline", async () => {
  const gateway = LiveGateway.formatted(141);
  const { client } = liveClient(gateway);
  expect((await statusLines(client)).at(-1)).toBe("No broker is registered.");
  await gateway.join(7, 1001);
  await gateway.ask("POST", "/topics", { topic_name: "t", replicas_assignments: { 0: [7] } });
  await gateway.ask("POST", "/brokers/7/heartbeats", {
    broker_epoch: (await client.brokers.get(7)).value.broker_epoch,
    current_metadata_offset: 1000,
    want_fence: true,
  });
  const lines = await statusLines(client);
  const leader = gateway.cluster.leader();
  expect(lines[0]).toBe(`Cluster             ${gateway.cluster.document.clusterId}`);
  expect(lines[1]).toMatch(new RegExp(`^Leader              controller ${leader}, epoch \\d+$`));
  expect(lines[2]).toMatch(/^Committed {11}up to offset \d+$/);
  expect(lines[3]).toBe("Brokers             2, 1 of them fenced");
  expect(lines[4]).toBe("Offline partitions  1");
  expect(lines[6]).toBe("REPLICA  ROLE    LOG END  LAG  CAUGHT UP");
  const voters = lines.slice(7, 10);
  expect(voters.map((line) => line.split(/ +/)[1]).sort()).toEqual(["leader", "voter", "voter"]);
  expect(voters[leader - 1]).toMatch(new RegExp(`^${leader}        leader  \\d+ +0    now$`));
  expect(lines.slice(11)).toEqual([
    expect.stringMatching(/^BROKER {2}STATE {3}ADDRESS {9}RACK {2}EPOCH$/),
    expect.stringMatching(/^7 {7}fenced {2}127\.0\.0\.1:9092 {2}- {5}\d+$/),
    expect.stringMatching(/^1001 {4}active {2}127\.0\.0\.1:9092 {2}- {5}\d+$/),
  ]);
});

test("topics are listed in name order, below each other", async () => {
  const gateway = LiveGateway.formatted(142);
  await gateway.join(101);
  const { client } = liveClient(gateway);
  expect(await topicLines(client)).toEqual(["There is no topic."]);
  await client.topics.create({ topic_name: "orders", partitions_count: 12 });
  await client.topics.create({ topic_name: "a" });
  const lines = await topicLines(client);
  expect(lines[0]).toMatch(/^TOPIC {3}PARTITIONS {2}REPLICAS {2}ID$/);
  expect(lines[1]).toMatch(/^a {7}1 {11}1 {9}\S{22}$/);
  expect(lines[2]).toMatch(/^orders {2}12 {10}1 {9}\S{22}$/);
});

test("the log is printed to its end, or followed until somebody has seen enough", async () => {
  const gateway = LiveGateway.formatted(143);
  await gateway.join(101);
  const { client } = liveClient(gateway);
  for (const topic_name of ["a", "b"]) await client.topics.create({ topic_name });
  const filter = { types: ["TOPIC_RECORD"], from: 3 };
  const printed: string[] = [];
  for await (const line of logLines(client, { ...filter, follow: false })) printed.push(line);
  expect(printed).toHaveLength(2);
  expect(printed[0]).toMatch(/^\d+ \d{4}-\d\d-\d\dT[\d:.]+Z TOPIC_RECORD \{.*"name":"a".*\}$/);
  const followed: string[] = [];
  for await (const line of logLines(client, { ...filter, follow: true })) {
    if (followed.push(line) === 2) break;
  }
  expect(followed).toEqual(printed);
});

test("a token is made, listed, rotated and revoked, and only its text goes to the output", async () => {
  const gateway = await LiveGateway.secured(144);
  const token = gateway.token ?? "";
  const { client } = liveClient(gateway, { token });
  const made = await createToken(client, {
    principal: "User:alice",
    description: "dash\u202eboard",
  });
  expect(made.output).toEqual([expect.stringMatching(/^kr_.{12}_.{43}$/)]);
  const id = made.output[0]?.slice(3, 15) ?? "";
  expect(made.remarks[0]).toBe(`Access token ${id} of User:alice, good until it is revoked.`);
  const listed = (await tokenLines(client)).find((line) => line.startsWith(id));
  expect(listed).toMatch(/User:alice {2}\d{4}-\d\d-\d\dT[\d:]+Z {2}never {4}dash\?board$/);
  const rotated = await rotateToken(client, id, 60);
  expect(rotated.output[0]?.slice(0, 15)).toBe(`kr_${id}`);
  expect(rotated.output).not.toEqual(made.output);
  expect((await revokeToken(client, id)).remarks).toEqual([`Access token ${id} is revoked.`]);
  expect((await tokenLines(client)).filter((line) => line.startsWith(id))).toEqual([]);
});

test("what went wrong is one line that says what to do", async () => {
  const secured = await LiveGateway.secured(145);
  secured.token = null;
  const { client } = liveClient(secured);
  expect(await explained(statusLines(client))).toMatch(
    /^An access token is needed\. .* Give a good one with --token or QUORATE_TOKEN\. \(request \S+\)$/,
  );
  const once = { maxTries: 1 };
  const dark = new FakeGateway().give(lost).client(once);
  expect(await explained(topicLines(dark))).toBe(
    "Cannot reach http://gateway.test: connect ECONNREFUSED. Is a quorum running there? --url names another one.",
  );
  expect(await explained(createToken(dark, {}))).toContain(
    "It may have been done all the same: look before you repeat it.",
  );
  const said = async (status: number, headers: Record<string, string> = {}) =>
    explained(topicLines(new FakeGateway().give(failure(status, 1, headers)).client(once)));
  expect(await said(403)).toBe(
    "error 1. Use a token that has the right (--token or QUORATE_TOKEN). (request request-1)",
  );
  expect(await said(429, { "Retry-After": "7" })).toBe(
    "error 1. Try again in 7 s. (request request-1)",
  );
  expect(await said(503)).toBe(
    "error 1. See that a majority of the controllers runs, and try again. (request request-1)",
  );
  expect(await said(404)).toBe("error 1. (request request-1)");
  const hostile = json({ error_code: 1, message: "a\n\u001b[2Jb?" }, { status: 400 });
  expect(await explained(topicLines(new FakeGateway().give(hostile).client()))).toBe(
    "a??[2Jb? (request request-1)",
  );
});
