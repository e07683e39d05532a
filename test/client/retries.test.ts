/** When a call is sent again, when it is not, and what is told when it came to nothing. Time is virtual. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { QuorateError } from "../../src/client/http/quorate-error.ts";
import { FakeGateway, failure, json, lost, nothing, silent } from "./fake-gateway.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Lets virtual time pass until a call has ended. */
async function settled<T>(call: Promise<T>): Promise<T> {
  let isOver = false;
  const watched = call.finally(() => {
    isOver = true;
  });
  watched.catch(() => undefined);
  while (!isOver) await vi.advanceTimersByTimeAsync(1);
  return watched;
}

async function failed(call: Promise<unknown>): Promise<QuorateError> {
  const error: unknown = await settled(call).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(QuorateError);
  return error as QuorateError;
}

const TOPIC = { topic_name: "t" };

test.each([
  ["nobody answers", lost],
  ["the gateway finds no leader", failure(503, 50003)],
  ["the principal asks too often", failure(429, 42902)],
  ["a proxy loses the request", failure(502, 502)],
])("a change is sent again, under the same key, when %s", async (_, problem) => {
  const gateway = new FakeGateway().give(problem, problem, json(TOPIC, { status: 201 }));
  const { value } = await settled(gateway.client().topics.create(TOPIC));
  expect(value).toEqual(TOPIC);
  expect(gateway.seen).toHaveLength(3);
  const keys = new Set(gateway.seen.map(({ headers }) => headers.get("Idempotency-Key")));
  expect(keys.size).toBe(1);
  expect([...keys][0]).toMatch(/^[0-9a-f]{32}$/);
  expect(gateway.seen.map(({ body }) => body)).toEqual([TOPIC, TOPIC, TOPIC]);
});

test("each change has a key of its own, unless it is given one, and reads have none", async () => {
  const gateway = new FakeGateway().give(json(TOPIC));
  const { topics } = gateway.client();
  await topics.create(TOPIC);
  await topics.create(TOPIC);
  await topics.create(TOPIC, { idempotencyKey: "mine" });
  await topics.get("t");
  const keys = gateway.seen.map(({ headers }) => headers.get("Idempotency-Key"));
  expect(keys[0]).not.toBe(keys[1]);
  expect(keys.slice(2)).toEqual(["mine", null]);
});

test.each([400, 401, 403, 404, 409, 412, 413, 422, 500, 501])("%i is final", async (status) => {
  const gateway = new FakeGateway().give(failure(status, status));
  const error = await failed(gateway.client().topics.create(TOPIC));
  expect(error).toMatchObject({ status, errorCode: status, requestId: "request-1" });
  expect(gateway.seen).toHaveLength(1);
});

test("the waits double, up to two seconds, and half of each is chance", async () => {
  const gateway = new FakeGateway().give(lost);
  const error = await failed(gateway.client().topics.get("t"));
  expect(error).toMatchObject({ status: null, errorCode: null, isOutcomeUnknown: false });
  expect(error.message).toBe("Cannot reach http://gateway.test: connect ECONNREFUSED");
  const waits = gateway.seen
    .slice(1)
    .map(({ atMs }, index) => atMs - (gateway.seen[index]?.atMs ?? 0));
  const ceilings = [100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000];
  expect(waits).toHaveLength(ceilings.length);
  for (const [index, ceiling] of ceilings.entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual(ceiling / 2);
    expect(waits[index]).toBeLessThanOrEqual(ceiling + 2);
  }
});

test("Retry-After is waited for, unless it ends after the call", async () => {
  const asked = { "Retry-After": "3" };
  const gateway = new FakeGateway().give(failure(429, 42902, asked), json(TOPIC));
  await settled(gateway.client().topics.get("t"));
  expect(gateway.seen[1]?.atMs).toBeGreaterThanOrEqual(3000);
  expect(gateway.seen[1]?.atMs).toBeLessThan(3100);

  const later = new FakeGateway().give(failure(429, 42902, { "Retry-After": "60" }));
  const error = await failed(later.client().topics.get("t"));
  expect(error).toMatchObject({ status: 429, errorCode: 42902, retryAfterMs: 60_000 });
  expect(later.seen).toHaveLength(1);
});

test("all tries together have so much time, and no more tries than were allowed", async () => {
  const gateway = new FakeGateway().give(lost);
  await failed(gateway.client({ timeoutMs: 1000 }).topics.get("t"));
  expect(gateway.seen.at(-1)?.atMs).toBeLessThan(1000);
  expect(gateway.seen.length).toBeGreaterThan(3);
  const once = new FakeGateway().give(lost);
  await failed(once.client({ maxTries: 1 }).topics.get("t"));
  expect(once.seen).toHaveLength(1);
});

test("a try that hears nothing ends, and the next one begins", async () => {
  const gateway = new FakeGateway().give(silent, json(TOPIC));
  await settled(gateway.client().topics.get("t"));
  expect(gateway.seen[1]?.atMs).toBeGreaterThanOrEqual(10_000);
  expect(gateway.seen[1]?.atMs).toBeLessThan(10_200);
  const late = new FakeGateway().give(silent);
  const error = await failed(late.client({ timeoutMs: 500 }).topics.create(TOPIC));
  expect(error.message).toMatch(/^Cannot reach http:\/\/gateway.test: no answer within \d+ ms$/);
  expect(error.isOutcomeUnknown).toBe(true);
});

test("an answer that breaks off is a lost one", async () => {
  const broken = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          controller.error(new TypeError("terminated"));
        },
      }),
    );
  const gateway = new FakeGateway().give(broken, json(TOPIC));
  expect((await settled(gateway.client().topics.get("t"))).value).toEqual(TOPIC);
});

test("making or rotating a token is sent again only when it was not even looked at", async () => {
  const shown = json({ access_token: "kr_x" }, { status: 201 });
  for (const problem of [lost, failure(503, 50003), failure(502, 502)]) {
    const gateway = new FakeGateway().give(problem, shown);
    const { accessTokens } = gateway.client();
    expect((await failed(accessTokens.create())).isOutcomeUnknown).toBe(true);
    expect(gateway.seen).toHaveLength(1);
    const again = new FakeGateway().give(problem, shown);
    expect((await failed(again.client().accessTokens.rotate("a"))).isOutcomeUnknown).toBe(true);
    expect(again.seen).toHaveLength(1);
  }
  const gateway = new FakeGateway().give(failure(429, 42902), shown);
  await settled(gateway.client().accessTokens.create());
  expect(gateway.seen).toHaveLength(2);
  expect(gateway.seen[0]?.headers.has("Idempotency-Key")).toBe(false);
});

test("creating the cluster is finished after a 503, and not repeated when its answer was lost", async () => {
  const created = json({ cluster_id: "c" }, { status: 201 });
  const gateway = new FakeGateway().give(failure(503, 50003), created);
  expect((await settled(gateway.client().cluster.create({ controllers: [] }))).value).toEqual({
    cluster_id: "c",
  });
  const dark = new FakeGateway().give(lost, created);
  const error = await failed(dark.client().cluster.create({ controllers: [] }));
  expect(error.isOutcomeUnknown).toBe(true);
  expect(dark.seen).toHaveLength(1);
});

test("a token that is gone after a lost try was revoked by it; otherwise it never was there", async () => {
  const gateway = new FakeGateway().give(lost, failure(404, 404));
  expect((await settled(gateway.client().accessTokens.revoke("abcdefghijkl"))).value).toBe(null);
  const absent = new FakeGateway().give(failure(404, 404));
  expect((await failed(absent.client().accessTokens.revoke("abcdefghijkl"))).status).toBe(404);

  const token = `kr_abcdefghijkl_${"s".repeat(43)}`;
  const own = new FakeGateway().give(lost, failure(401, 40101));
  await settled(own.client({ token }).accessTokens.revoke("abcdefghijkl"));
  const other = new FakeGateway().give(lost, failure(401, 40101));
  const error = await failed(other.client({ token }).accessTokens.revoke("lkjihgfedcba"));
  expect(error).toMatchObject({ status: 401, isOutcomeUnknown: true });
});

test("an error after a lost try says that the change may have been made", async () => {
  const gateway = new FakeGateway().give(lost, failure(401, 40101));
  const error = await failed(gateway.client().topics.delete("t"));
  expect(error).toMatchObject({ status: 401, errorCode: 40101, isOutcomeUnknown: true });
  const refused = new FakeGateway().give(failure(401, 40101));
  expect((await failed(refused.client().topics.delete("t"))).isOutcomeUnknown).toBe(false);
});

test("whoever gives up gets its own reason at once, before, during and between tries", async () => {
  const reason = new Error("enough");
  const before = new FakeGateway().give(json(TOPIC));
  const given = { signal: AbortSignal.abort(reason) };
  await expect(before.client().topics.get("t", given)).rejects.toBe(reason);
  expect(before.seen).toHaveLength(0);
  for (const [reply, expected] of [
    [silent, 1],
    [failure(429, 42902, { "Retry-After": "20" }), 1],
  ] as const) {
    const gateway = new FakeGateway().give(reply);
    const abort = new AbortController();
    const call = gateway.client().topics.get("t", { signal: abort.signal });
    const ended = expect(call).rejects.toBe(reason);
    await vi.advanceTimersByTimeAsync(5000);
    abort.abort(reason);
    await ended;
    expect(gateway.seen).toHaveLength(expected);
    expect(vi.getTimerCount()).toBe(0);
  }
});

test("no timer is left behind by a call that went well", async () => {
  const gateway = new FakeGateway().give(json(TOPIC));
  await gateway.client().topics.get("t");
  expect(vi.getTimerCount()).toBe(0);
});

test("what comes from something else than a gateway is said to", async () => {
  const page = () => new Response("<html>Sign in</html>", { status: 200 });
  const gateway = new FakeGateway().give(page);
  const error = await failed(gateway.client().topics.get("t"));
  expect(error.message).toBe("The answer is not JSON. Is this the URL of a Quorate gateway?");
  const refused = () => new Response("<html>\n  Forbidden\n</html>", { status: 403 });
  const other = new FakeGateway().give(refused);
  const facts = await failed(other.client().topics.get("t"));
  expect(facts.message).toBe("HTTP 403 <html> Forbidden </html>");
  expect(facts).toMatchObject({ status: 403, errorCode: null });
});

test("names that a URL would make something else of are not sent", async () => {
  const gateway = new FakeGateway().give(nothing());
  const { topics } = gateway.client();
  for (const name of ["", ".", ".."]) {
    const error = await failed(topics.delete(name));
    expect(error.message).toBe(`Cannot send the request: topic_name is ${JSON.stringify(name)}.`);
  }
  await topics.delete("a/b?c#d é");
  expect(gateway.seen.map(({ target }) => target)).toEqual([
    "/kafka/v3/clusters/cluster-1/topics/a%2Fb%3Fc%23d%20%C3%A9",
  ]);
});

test("a change is not sent without the condition that it was given, nor what no request can say", async () => {
  const gateway = new FakeGateway().give(nothing());
  const { topics } = gateway.client();
  const deleting = (ifMatch: string) => failed(topics.delete("t", { ifMatch }));
  expect((await deleting("")).message).toBe('Cannot send the request: If-Match is "".');
  const errors = [await deleting('"a\nb"'), await failed(topics.delete("\ud800"))];
  for (const { message, isOutcomeUnknown } of errors) {
    expect(message).toMatch(/^Cannot send the request: /);
    expect(isOutcomeUnknown).toBe(false);
  }
  expect(gateway.seen).toEqual([]);
});

test("a URL that is none, or of another protocol, is refused at once", () => {
  const gateway = new FakeGateway();
  expect(() => gateway.client({ url: "gateway" })).toThrow("Invalid URL");
  expect(() => gateway.client({ url: "ftp://gateway.test" })).toThrow(
    "Cannot use the URL ftp://gateway.test: it must begin with http:// or https://.",
  );
});
