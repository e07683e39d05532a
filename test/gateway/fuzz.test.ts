/** Requests at random: whatever a client sends, no controller stops at it and nobody answers with a 5xx. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { LiveGateway } from "./live-gateway.ts";

const JSON_TYPE = { "Content-Type": "application/json" };

const PATHS = [
  "/kafka/v3/clusters",
  "/v1/metadata/id",
  "/livez",
  ...[
    "",
    "/brokers",
    "/brokers/101",
    "/brokers/101/heartbeats",
    "/topics",
    "/topics/t",
    "/topics/t/partitions",
    "/topics/t/partitions/0/replicas/101",
    "/quorum",
    "/quorum/voters",
    "/log",
    "/log/raw",
  ].map((path) => `CLUSTER${path}`),
];
const NAMES = [
  ...["topic_name", "partitions_count", "replication_factor", "replicas_assignments", "configs"],
  ...["validate_only", "broker_id", "incarnation_id", "listeners", "rack", "log_dirs", "features"],
  ...["name", "host", "port", "security_protocol", "broker_epoch", "current_metadata_offset"],
  ...["want_fence", "want_shut_down", "value", "controllers", "id", "release", "cluster_id"],
];

const scalar = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constantFrom(null, "", "t", "incarnation-7-AAAAAAAA", "4.0", -1, 0, 1, 2, 101, 9092),
  fc.string({ unit: "binary" }),
);
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    { arbitrary: scalar, weight: 4 },
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), fc.string()), tie("value"), { maxKeys: 6 }),
  ),
}));

/** A body that is right but for what was put into it. */
const nearlyRight = fc
  .tuple(
    fc.constantFrom(
      { topic_name: "t" },
      { topic_name: "u", partitions_count: 1, replicas_assignments: { 0: [101] } },
      { broker_id: 7, listeners: [{ name: "P", host: "h", port: 1 }] },
      { broker_epoch: 1, current_metadata_offset: 1 },
      { controllers: [{ id: 1, host: "h", port: 1 }] },
    ),
    fc.dictionary(fc.constantFrom(...NAMES), json, { maxKeys: 2 }),
  )
  .map(([right, more]) => ({ ...right, ...more }));

test("whatever a client sends, the answer is no 5xx, and an error has its body", async () => {
  const segment = fc.oneof(
    fc.constant(""),
    fc
      .string({ unit: "binary", maxLength: 12 })
      .map((text) => `/${encodeURI(text.toWellFormed())}`),
  );
  const query = fc.oneof(
    { arbitrary: fc.constant(""), weight: 2 },
    fc.constantFrom("?offset=1", "?page_size=3", "?page_token=a&page_size=1", "?offset=5&offset=6"),
    fc.string({ maxLength: 12 }).map((text) => `?${text.replaceAll("#", "")}`),
  );
  const request = fc.record({
    method: fc.constantFrom("GET", "POST", "POST", "POST", "DELETE", "PUT", "PATCH"),
    path: fc.constantFrom(...PATHS),
    segment,
    query,
    body: fc.oneof(json.map(stringify), nearlyRight.map(stringify), fc.string()),
  });
  const fuzzed = LiveGateway.formatted(5);
  await fuzzed.join(101);
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, segment, query, body }) => {
      const target = `${path.replace("CLUSTER", fuzzed.clusterPath)}${segment}${query}`;
      const init: RequestInit = { method, headers: JSON_TYPE };
      if (method !== "GET") init.body = body;
      const response = await fuzzed.raw(target, init);
      expect(response.status, `${method} ${target} ${body}`).toBeLessThan(500);
      if (response.status < 400) return;
      const error = (await response.json()) as Record<string, unknown>;
      expect(Object.keys(error)).toEqual(["error_code", "message"]);
      expect(Number.isInteger(error.error_code)).toBe(true);
      expect(typeof error.message).toBe("string");
    }),
    { numRuns: 500 },
  );
});

function stringify(value: unknown): string {
  return JSON.stringify(value) ?? "";
}

const word = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 8 }).map((text) => text.toWellFormed()),
  fc.constantFrom("a", "a.b", "a_b", "..", "__consumer_offsets", "x".repeat(249), "\0"),
);
const brokerId = fc.constantFrom(0, 7, 101, 102, 2 ** 31 - 1);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const level = fc.constantFrom(0, 1, 2, 25, 33, 32767);

const creation = fc.record({
  topic_name: word,
  partitions_count: optional(fc.constantFrom(-1, 0, 1, 3, 500, 10_000)),
  replication_factor: optional(fc.constantFrom(-1, 0, 1, 2, 3, 32_767)),
  replicas_assignments: optional(
    fc.dictionary(fc.constantFrom("0", "1", "2", "9999"), fc.array(brokerId, { maxLength: 3 })),
  ),
  configs: optional(
    fc.array(
      fc.record({
        name: fc.oneof(
          word,
          fc.constantFrom("retention.ms", "cleanup.policy", "min.insync.replicas"),
        ),
        value: fc.option(fc.oneof(word, fc.constantFrom("1", "-1", "9".repeat(30), "compact"))),
      }),
      { maxLength: 3 },
    ),
  ),
  validate_only: optional(fc.boolean()),
});

const uuid = fc.constantFrom(
  "AAAAAAAAAAAAAAAAAAAAAA",
  "AAAAAAAAAAAAAAAAAAAAAQ",
  "incarnation-7-AAAAAAAA",
  "directory-7-AAAAAAAAAA",
  "-_-_-_-_-_-_-_-_-_-_-A",
);
const registration = fc.record({
  broker_id: brokerId,
  incarnation_id: optional(uuid),
  listeners: fc.uniqueArray(
    fc.record({
      name: word,
      host: word,
      port: fc.constantFrom(1, 65_535),
      security_protocol: optional(fc.constantFrom("PLAINTEXT", "SASL_SSL")),
    }),
    { minLength: 1, maxLength: 3, selector: ({ name }) => name },
  ),
  rack: optional(fc.option(word)),
  log_dirs: optional(fc.array(uuid, { maxLength: 2 })),
  features: optional(
    fc.uniqueArray(
      fc.record({
        name: fc.oneof(word, fc.constantFrom("metadata.version", "kraft.version")),
        min_version: level,
        max_version: level,
      }),
      { maxLength: 3, selector: ({ name }) => name },
    ),
  ),
});

const largeOffset = fc.constantFrom(0, 1, 12, 1000, Number.MAX_SAFE_INTEGER);
const heartbeat = fc.record({
  broker_epoch: largeOffset,
  current_metadata_offset: fc.oneof(largeOffset, fc.constant(-1)),
  want_fence: optional(fc.boolean()),
  want_shut_down: optional(fc.boolean()),
});

type Step = readonly [method: string, path: string, body?: unknown];

const step: fc.Arbitrary<Step> = fc.oneof(
  creation.map((body): Step => ["POST", "/topics", body]),
  registration.map((body): Step => ["POST", "/brokers", body]),
  fc
    .tuple(brokerId, heartbeat)
    .map(([id, body]): Step => ["POST", `/brokers/${id}/heartbeats`, body]),
  word.map((name): Step => ["DELETE", `/topics/${encodeURIComponent(name)}`]),
  word.map((name): Step => ["GET", `/topics?page_token=${encodeURIComponent(name)}`]),
  word.map((name): Step => ["GET", `/topics/${encodeURIComponent(name)}/partitions`]),
  brokerId.map((id): Step => ["DELETE", `/brokers/${id}`]),
  largeOffset.map((offset): Step => ["GET", `/log?offset=${offset}&max_records=2`]),
  largeOffset.map((offset): Step => ["GET", `/log/raw?offset=${offset}`]),
);

test("what has the right form but absurd values stops no controller, whatever came before", async () => {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
      const fuzzed = LiveGateway.formatted(6);
      await fuzzed.join(101, 102);
      for (const [method, path, body] of steps) {
        const { status } = await fuzzed.ask(method, path, body);
        expect(status, `${method} ${path} ${JSON.stringify(body)}`).toBeLessThan(500);
        statuses.add(status);
      }
    }),
    { numRuns: 10 },
  );
  expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 201, 400, 404, 409]));
});
