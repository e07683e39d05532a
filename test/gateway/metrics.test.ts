/** The page of metrics: what Prometheus reads of it, whoever is down, and who may see it. */
import { beforeEach, describe, expect, test } from "vitest";
import { LatencyHistogram } from "../../src/base/latency-histogram.ts";
import { GatewayMetrics } from "../../workers/gateway/metrics/gateway-metrics.ts";
import { family, histogram } from "../../workers/gateway/metrics/text-format.ts";
import { readExposition, type ScrapedFamily } from "./exposition.ts";
import { LiveGateway, WITH_AUTHORIZER } from "./live-gateway.ts";

const CONTROLLER = "kafka_controller_kafkacontroller";
const RAFT = "kafka_server_raft_metrics";

let gateway: LiveGateway;

async function scrape(): Promise<ReadonlyMap<string, ScrapedFamily>> {
  const response = await gateway.raw("/metrics");
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return readExposition(await response.text());
}

/** The values of a family by controller; samples with more labels are not asked for here. */
function byController(
  page: ReadonlyMap<string, ScrapedFamily>,
  name: string,
): Record<string, number> {
  const samples = page.get(name)?.samples ?? [];
  return Object.fromEntries(samples.map(({ labels, value }) => [labels.controller_id, value]));
}

describe("the page", () => {
  beforeEach(async () => {
    gateway = LiveGateway.formatted(31, { metadataVersion: 33 });
    await gateway.join(101, 102);
    const topic = { topic_name: "orders", replicas_assignments: { 0: [101, 102], 1: [102, 101] } };
    await gateway.ask("POST", "/topics", topic);
    gateway.cluster.run(1000);
  });

  test("has the names that dashboards of Apache's controllers ask for, one sample for each controller", async () => {
    const page = await scrape();
    const leader = gateway.cluster.leader();
    const others = gateway.cluster.ids.filter((id) => id !== leader);
    const ofAll = (value: number) => ({ 1: value, 2: value, 3: value });
    expect(byController(page, "quorate_controller_up")).toEqual(ofAll(1));
    expect(byController(page, `${CONTROLLER}_activecontrollercount`)).toEqual({
      ...ofAll(0),
      [leader]: 1,
    });
    for (const [name, value] of [
      [`${CONTROLLER}_activebrokercount`, 2],
      [`${CONTROLLER}_fencedbrokercount`, 0],
      [`${CONTROLLER}_controlledshutdownbrokercount`, 0],
      [`${CONTROLLER}_globaltopiccount`, 1],
      [`${CONTROLLER}_globalpartitioncount`, 2],
      [`${CONTROLLER}_offlinepartitionscount`, 0],
      [`${CONTROLLER}_preferredreplicaimbalancecount`, 0],
      [`${CONTROLLER}_metadataerrorcount`, 0],
      [`${CONTROLLER}_timedoutbrokerheartbeatcount`, 0],
      [`${CONTROLLER}_newactivecontrollerscount`, 1],
      ["kafka_controller_controllerstats_uncleanleaderelections_total", 0],
      ["kafka_controller_controllerstats_electionfromeligibleleaderreplicas_total", 0],
      [`${RAFT}_current_leader`, leader],
      [`${RAFT}_current_epoch`, 1],
      [`${RAFT}_number_of_voters`, 3],
      ["kafka_server_metadataloader_currentmetadataversion", 33],
      ["quorate_remembered_answers", 1],
    ] as const) {
      expect([name, byController(page, name)]).toEqual([name, ofAll(value)]);
    }
    expect(byController(page, `${RAFT}_number_of_observers`)).toEqual({ [leader]: 0 });
    const states = page.get(`${RAFT}_current_state`)?.samples ?? [];
    expect(
      states.map(({ labels: { controller_id, current_state }, value }) => [
        Number(controller_id),
        current_state,
        value,
      ]),
    ).toEqual(gateway.cluster.ids.map((id) => [id, id === leader ? "leader" : "follower", 1]));
    const { logEndOffset } = gateway.cluster.status(leader);
    expect(byController(page, `${RAFT}_log_end_offset`)).toEqual(ofAll(logEndOffset));
    expect(byController(page, `${CONTROLLER}_lastappliedrecordoffset`)).toEqual(
      ofAll(logEndOffset - 1),
    );
    expect(byController(page, `${CONTROLLER}_lastcommittedrecordoffset`)).toEqual(
      ofAll(logEndOffset - 1),
    );
    const lags = page.get("quorate_voter_lag_records")?.samples ?? [];
    expect(lags.map(({ labels, value }) => [labels.voter_id, value])).toEqual([
      ["1", 0],
      ["2", 0],
      ["3", 0],
    ]);
    expect(byController(page, `${RAFT}_commit_latency_max`)[leader]).toBeGreaterThan(0);
    expect(byController(page, `${RAFT}_commit_latency_max`)[others[0] ?? 0]).toBe(Number.NaN);
  });

  test("every sample of a controller says whose it is", async () => {
    const page = await scrape();
    expect(page.size).toBeGreaterThan(40);
    for (const { name, samples } of page.values()) {
      if (name.startsWith("quorate_gateway_")) continue;
      for (const { labels } of samples)
        expect([name, labels.controller_id]).not.toContain(undefined);
    }
  });

  test("says which brokers are gone and what has lost its leader by that", async () => {
    gateway.cluster.run(30_000);
    const page = await scrape();
    const leader = gateway.cluster.leader();
    expect(byController(page, `${CONTROLLER}_activebrokercount`)[leader]).toBe(0);
    expect(byController(page, `${CONTROLLER}_fencedbrokercount`)[leader]).toBe(2);
    expect(byController(page, `${CONTROLLER}_offlinepartitionscount`)[leader]).toBe(2);
    expect(byController(page, `${CONTROLLER}_preferredreplicaimbalancecount`)[leader]).toBe(2);
    const registrations = page.get(`${CONTROLLER}_brokerregistrationstate`)?.samples ?? [];
    expect(
      registrations
        .filter(({ labels }) => labels.controller_id === String(leader))
        .map(({ labels, value }) => [labels.broker, value]),
    ).toEqual([
      ["101", 10],
      ["102", 10],
    ]);
  });

  test("shows a dead controller as down and everything of the others", async () => {
    const dead = gateway.cluster.leader();
    gateway.kill(dead);
    const next = gateway.cluster.leader();
    const page = await scrape();
    expect(byController(page, "quorate_controller_up")).toEqual({ 1: 1, 2: 1, 3: 1, [dead]: 0 });
    const active = byController(page, `${CONTROLLER}_activecontrollercount`);
    expect(active).toEqual({ ...active, [next]: 1 });
    expect(Object.keys(active)).toEqual(
      gateway.cluster.ids.filter((id) => id !== dead).map(String),
    );
  });

  test("without a majority there is no active controller, and no error either", async () => {
    const first = gateway.cluster.leader();
    gateway.kill(first);
    const second = gateway.cluster.leader();
    gateway.kill(second);
    const [last = 0] = gateway.cluster.ids.filter((id) => id !== first && id !== second);
    gateway.cluster.run(10_000);
    const page = await scrape();
    expect(byController(page, `${CONTROLLER}_activecontrollercount`)).toEqual({ [last]: 0 });
    const [state] = page.get(`${RAFT}_current_state`)?.samples ?? [];
    expect(state?.labels.current_state).toMatch(/^prospective/);
  });

  test("with all controllers dead it says just that", async () => {
    for (const id of gateway.cluster.ids) gateway.kill(id);
    const page = await scrape();
    expect(byController(page, "quorate_controller_up")).toEqual({ 1: 0, 2: 0, 3: 0 });
    const names = [...page.keys()].filter((name) => !name.startsWith("quorate_gateway_"));
    expect(names).toEqual(["quorate_controller_up"]);
  });
});

test("before there is a cluster the controllers say so", async () => {
  gateway = new LiveGateway();
  const page = await scrape();
  expect(byController(page, "quorate_controller_formatted")).toEqual({ 1: 0, 2: 0, 3: 0 });
  expect(page.has(`${RAFT}_current_leader`)).toBe(false);
});

describe("who may see it", () => {
  test("nobody without a token, where one is needed", async () => {
    gateway = await LiveGateway.secured(33);
    expect((await scrape()).size).toBeGreaterThan(40);
    gateway.token = null;
    expect((await gateway.raw("/metrics")).status).toBe(401);
  });

  test("whose token nobody can check learns who is up and nothing else", async () => {
    gateway = await LiveGateway.secured(38);
    const headers = { Authorization: `Bearer kr_${"A".repeat(12)}_${"A".repeat(43)}` };
    expect((await gateway.raw("/metrics", { headers })).status).toBe(401);
    gateway.kill(2);
    gateway.kill(3);
    gateway.cluster.run(20_000);
    const page = readExposition(await (await gateway.raw("/metrics", { headers })).text());
    expect(byController(page, "quorate_controller_up")).toEqual({ 1: 1, 2: 0, 3: 0 });
    const told = [...page.values()].filter(({ samples }) => samples.length > 0);
    expect(told.map(({ name }) => name)).toEqual(["quorate_controller_up"]);
  });

  test("a client without the right to describe the cluster may not", async () => {
    gateway = LiveGateway.formatted(34, { properties: WITH_AUTHORIZER });
    const text = await gateway.makeToken("User:alice");
    gateway.cluster.run(1000);
    const headers = { Authorization: `Bearer ${text}` };
    const refused = await gateway.raw("/metrics", { headers });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error_code: 40301 });
    await gateway.ask("POST", "/acls", {
      resource_type: "CLUSTER",
      resource_name: "kafka-cluster",
      pattern_type: "LITERAL",
      principal: "User:alice",
      host: "*",
      operation: "DESCRIBE",
      permission: "ALLOW",
    });
    gateway.cluster.run(1000);
    const page = await gateway.raw("/metrics", { headers });
    expect(page.status).toBe(200);
    expect(byController(readExposition(await page.text()), "quorate_controller_formatted")).toEqual(
      {
        1: 1,
        2: 1,
        3: 1,
      },
    );
  });
});

describe("the gateway's own", () => {
  test("count requests by method, route and status, and how long they took by method", async () => {
    gateway = LiveGateway.formatted(35);
    await gateway.get("/topics");
    await gateway.get("/topics/none");
    await gateway.get("/topics/neither");
    await gateway.raw("/no/such/path", { method: "BREW" });
    const page = await scrape();
    const requests = page.get("quorate_gateway_requests_total")?.samples ?? [];
    expect(requests.map(({ labels, value }) => [...Object.values(labels), value])).toEqual([
      ["GET", "/kafka/v3/clusters/{cluster_id}/topics", "200", 1],
      ["GET", "/kafka/v3/clusters/{cluster_id}/topics/{topic_name}", "404", 2],
      ["other", "other", "404", 1],
    ]);
    const durations = page.get("quorate_gateway_request_duration_seconds")?.samples ?? [];
    const counts = durations.filter(({ name }) => name.endsWith("_count"));
    expect(counts.map(({ labels, value }) => [labels.method, value])).toEqual([
      ["GET", 3],
      ["other", 1],
    ]);
  });

  test("clients cannot make up labels", () => {
    const metrics = new GatewayMetrics();
    for (let i = 0; i < 1000; i++) {
      metrics.record({ method: `M${i}`, route: "", status: 404, elapsedMs: i });
    }
    const page = readExposition(metrics.text());
    expect(page.get("quorate_gateway_requests_total")?.samples).toEqual([
      {
        name: "quorate_gateway_requests_total",
        labels: { method: "other", route: "other", status: "404" },
        value: 1000,
      },
    ]);
  });
});

describe("the text format", () => {
  const NAMED = { name: "a_total", help: "Help." };

  test("escapes what labels hold and writes numbers that are none", () => {
    const labels = { text: 'a "quoted"\\\nword', other: 7 };
    const text = family(NAMED, "counter", [{ labels, value: 0.5 }]);
    expect(text).toBe(
      '# HELP a_total Help.\n# TYPE a_total counter\na_total{text="a \\"quoted\\"\\\\\\nword",other="7"} 0.5\n',
    );
    expect(readExposition(text).get("a_total")?.samples[0]?.labels).toEqual({
      text: 'a "quoted"\\\nword',
      other: "7",
    });
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21];
    const lines = odd.map((value) =>
      family(NAMED, "gauge", [{ labels: {}, value }])
        .split("\n")
        .at(-2),
    );
    expect(lines).toEqual(["a_total NaN", "a_total +Inf", "a_total -Inf", "a_total 1e+21"]);
  });

  test("leaves a family without samples out", () => {
    expect(family(NAMED, "gauge", [])).toBe("");
    expect(histogram(NAMED, [])).toBe("");
  });

  test("has buckets that count those below them as well, in seconds", () => {
    const latencies = new LatencyHistogram();
    for (const latencyMs of [1, 3, 4, 9000]) latencies.record(latencyMs);
    const text = histogram({ name: "h", help: "H." }, [{ labels: {}, counts: latencies.counts() }]);
    const { samples = [] } = readExposition(text).get("h") ?? {};
    const of = (le: string) => samples.find(({ labels }) => labels.le === le)?.value;
    expect([of("0.001"), of("0.002"), of("0.005"), of("5"), of("+Inf")]).toEqual([1, 1, 3, 3, 4]);
    expect(samples.at(-2)).toEqual({ name: "h_sum", labels: {}, value: 9.008 });
    expect(samples.at(-1)).toEqual({ name: "h_count", labels: {}, value: 4 });
  });

  test.each([
    ["a 1\n", "before all families"],
    ["# HELP a A.\na 1\n", "no type"],
    ["# HELP a A.\n# TYPE a gauge\na 1", "does not end"],
    ["# HELP a A.\n# TYPE a gauge\na 1\na 2\n", "twice"],
    ["# HELP a A.\n# TYPE a gauge\na 1\n# HELP a A.\n# TYPE a gauge\na 2\n", "twice"],
    ["# HELP a A.\n# TYPE a gauge\nb 1\n", "among those of a"],
    ['# HELP a A.\n# TYPE a gauge\na{b="c"d"} 1\n', "no comma"],
    ["# HELP a A.\n# TYPE a gauge\na one\n", "no number"],
    ["# HELP a A.\n# TYPE a counter\na 1\n", "not named"],
    ["# HELP a A.\n# TYPE a gauge\n", "no samples"],
    ['# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n', "everything"],
  ])("is read strictly: %j", (text, mistake) => {
    expect(() => readExposition(text)).toThrow(mistake);
  });
});
