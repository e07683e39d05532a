/** A list of which the caller may see a part: what he is told depends on that part, and on nothing else. */

import { expect, test } from "vitest";
import { Prng } from "../../src/base/prng.ts";
import type { ApiReply } from "../../src/controller/api.ts";
import { takeVisible } from "../../src/controller/read-pages.ts";
import { readVisible } from "../../workers/gateway/read-visible.ts";
import { LiveGateway, WITH_AUTHORIZER } from "./live-gateway.ts";

interface Thing {
  readonly at: number;
  readonly isVisible: boolean;
}

/** Reads one page as the gateway does, of a controller that looks at `maxLookedAt` things at once. */
function pageOf(things: readonly Thing[], after: string | null, bounds: Bounds) {
  const part = (page: { readonly after: string | null; readonly limit: number }) => {
    const [from] = JSON.parse(page.after ?? "[-1]") as [number];
    return takeVisible(
      things.filter(({ at }) => at > from),
      {
        limit: page.limit,
        maxLookedAt: bounds.maxLookedAt,
        positionOf: ({ at }) => [at],
        maySee: ({ isVisible }) => isVisible,
      },
    );
  };
  return readVisible(
    { stay: () => {} },
    { after, limit: bounds.limit },
    async (page) => part(page),
    (found) => found.items,
  );
}

interface Bounds {
  readonly limit: number;
  readonly maxLookedAt: number;
}

test("A page has as many as may be seen, and goes on where there are more of them, whatever is hidden between", async () => {
  const prng = Prng.fromNumber(7);
  for (let run = 0; run < 500; run++) {
    const share = prng.below(5);
    const things = Array.from({ length: prng.below(31) }, (_, at) => ({
      at,
      isVisible: prng.below(5) < share,
    }));
    const bounds = { limit: 1 + prng.below(6), maxLookedAt: 1 + prng.below(8) };
    const from = prng.below(32) - 1;
    const { items, next } = await pageOf(things, JSON.stringify([from]), bounds);
    const visible = things.filter(({ at, isVisible }) => isVisible && at > from);
    const expected = visible.slice(0, bounds.limit);
    expect(items).toEqual(expected);
    const isMore = visible.length > bounds.limit;
    expect(next).toBe(isMore ? JSON.stringify([expected.at(-1)?.at]) : null);
  }
});

test("A controller that does not say what it has shown is not asked on", async () => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return { items: ["a"], next: "[1]" } as never as { items: string[]; next: string; shown: null };
  };
  const quorum = { stay: () => expect.unreachable() };
  const page = { after: null, limit: 2 };
  const { items, next } = await readVisible(quorum, page, ask, (part) => part.items);
  expect([items, next, asked]).toEqual([["a"], "[1]", 1]);
});

test("A page that takes many calls is true at one offset, whatever changes between them", async () => {
  const gateway = await LiveGateway.secured(17, {
    properties: { ...WITH_AUTHORIZER, "super.users": "User:admin" },
  });
  await gateway.join(101);
  const create = (names: readonly string[]): ApiReply =>
    gateway.cluster.api(gateway.cluster.leader(), {
      kind: "write",
      sender: null,
      api: "createTopics",
      body: {
        topics: names.map((name) => ({ name, numPartitions: 1, replicationFactor: 1 })),
        timeoutMs: 1000,
      },
    });
  create([...Array.from({ length: 1200 }, (_, index) => `hidden-${index}`), "seen-1"]);
  await gateway.ask("POST", "/acls", {
    resource_type: "TOPIC",
    resource_name: "seen",
    pattern_type: "PREFIXED",
    principal: "User:alice",
    host: "*",
    operation: "DESCRIBE",
    permission: "ALLOW",
  });
  gateway.token = await gateway.makeToken("User:alice");
  let asked = 0;
  gateway.intercept = (call, request) => {
    const isTopics = request.kind === "read" && request.read.what === "topics";
    if (isTopics) asked += 1;
    if (isTopics && asked === 2) create(["seen-2"]);
    return call();
  };
  const { body, headers } = await gateway.get("/topics");
  gateway.intercept = null;
  expect(asked).toBe(2);
  expect(body.data.map(({ topic_name }: { topic_name: string }) => topic_name)).toEqual(["seen-1"]);
  const later = await gateway.get("/topics");
  expect(later.body.data).toHaveLength(2);
  expect(Number(headers.get("Quorate-Offset"))).toBeLessThan(
    Number(later.headers.get("Quorate-Offset")),
  );
});
