/** Whoever follows the links of answers, from the list of clusters on, comes to something everywhere. */
import { expect, test } from "vitest";
import { LiveGateway, WITH_AUTHORIZER, WITH_DELEGATION_TOKENS } from "./live-gateway.ts";

/** What no link leads to from the clusters. */
const STARTS = [
  "controllers",
  "features",
  "acls",
  "scram-users",
  "client-quotas",
  "groups",
  "client-metrics",
  "access-tokens",
  "delegation-tokens",
  "topics/-/configs",
  "brokers/-/configs",
  "caller",
];

function linksIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, found]) => {
    const isLink = ["self", "related", "next"].includes(name) && typeof found === "string";
    return isLink ? [found] : linksIn(found);
  });
}

test("every link of every answer leads somewhere", async () => {
  const properties = { ...WITH_AUTHORIZER, ...WITH_DELEGATION_TOKENS };
  const gateway = LiveGateway.formatted(17, { metadataVersion: 33, properties });
  await gateway.join(101, 102);
  await gateway.makeToken("User:alice");
  await gateway.makeDelegationToken();
  const acl = { resource_type: "TOPIC", resource_name: "a/b", pattern_type: "LITERAL" };
  const whom = { principal: "User:a b", host: "*", operation: "READ", permission: "ALLOW" };
  const quotas = [{ name: "producer_byte_rate", value: 1 }];
  for (const [method, path, body] of [
    ["POST", "/topics", { topic_name: "orders", replication_factor: 2, partitions_count: 2 }],
    ["PUT", "/topics/orders/configs/retention.ms", { value: "1" }],
    ["PUT", "/broker-configs/log.retention.ms", { value: "1" }],
    ["PUT", "/brokers/101/configs/log.retention.ms", { value: "1" }],
    ["PUT", "/groups/a%2Fb/configs/consumer.session.timeout.ms", { value: "60000" }],
    ["PUT", "/client-metrics/m/configs/interval.ms", { value: "1000" }],
    ["PUT", "/scram-users/a%2Fb/SCRAM-SHA-256", { password: "p" }],
    ["POST", "/client-quotas:alter", { entity: { user: "alice" }, quotas }],
    ["POST", "/acls", { ...acl, ...whom }],
  ] as const) {
    expect([path, (await gateway.ask(method, path, body)).status < 300]).toEqual([path, true]);
  }
  const base = `http://localhost${gateway.clusterPath}`;
  const open = ["http://localhost/kafka/v3/clusters", ...STARTS.map((path) => `${base}/${path}`)];
  const statuses = new Map<string, number>();
  for (let url = open.pop(); url !== undefined; url = open.pop()) {
    if (statuses.has(url)) continue;
    const response = await gateway.raw(url.slice("http://localhost".length));
    statuses.set(url, response.status);
    if (response.ok) open.push(...linksIn(await response.json()));
  }
  const others = [...statuses].filter(([, status]) => status !== 200);
  const odd = others.map(([url, status]) => `${status} ${url.slice(base.length)}`).sort();
  expect(odd).toEqual([
    // Nothing is being reassigned; the fourth, of a topic, is a list.
    "404 /topics/orders/partitions/0/reassignment",
    "404 /topics/orders/partitions/1/reassignment",
    "501 /consumer-groups",
  ]);
  expect(statuses.size).toBeGreaterThan(60);
});
