/** Readiness: told within 2 s, whatever the controllers do or do not do. */
import { beforeEach, describe, expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import { createApp } from "../../workers/gateway/app.ts";
import { VirtualTimers } from "./virtual-timers.ts";

type Behaviour = (nowMs: number) => ApiReply | "lost" | "silent";

const leads: Behaviour = () => ({
  kind: "result",
  result: {
    what: "cluster",
    clusterId: "c",
    controllerId: 2,
    metadataVersion: 25,
    features: {},
    authorizedOperations: 0,
  },
  offset: 9,
  epoch: 3,
});
const follows: Behaviour = () => ({ kind: "not-controller", leaderId: -1, epoch: 3 });
const unproven: Behaviour = () => ({ kind: "refused", error: "REQUEST_TIMED_OUT", message: "" });
const unformatted: Behaviour = () => ({ kind: "not-formatted" });
const lost: Behaviour = () => "lost";
const silent: Behaviour = () => "silent";

let timers: VirtualTimers;
let asked: ApiRequest[];

beforeEach(() => {
  timers = new VirtualTimers();
  asked = [];
});

async function readyz(...behaviours: readonly Behaviour[]) {
  const directory = {
    ids: () => behaviours.map((_, i) => i + 1),
    call: (id: number, request: ApiRequest): Promise<ApiReply> => {
      asked.push(request);
      const reply = behaviours[id - 1]?.(timers.nowMs()) ?? "lost";
      if (reply === "silent") return new Promise(() => {});
      return reply === "lost" ? Promise.reject(new Error("lost")) : Promise.resolve(reply);
    },
  };
  const app = createApp(() => directory, { timers, writeLine: () => {} });
  const response = await app.request("/readyz");
  return { response, body: await response.json() };
}

describe("a quorum is ready", () => {
  test.each([
    ["two follow", [follows, leads, follows]],
    ["the others hang", [silent, leads, silent]],
    ["the others are dead", [lost, leads, lost]],
    ["the others hold nothing yet", [unformatted, leads, unformatted]],
  ])("at once when one leads and %s", async (_, behaviours) => {
    const { response, body } = await readyz(...behaviours);
    expect(response.status).toBe(200);
    expect(body).toEqual({ status: "ok", controller_id: 2 });
    expect(response.headers.get("Quorate-Offset")).toBe("9");
    expect(timers.nowMs()).toBe(0);
  });

  test("when an election ends in time", async () => {
    const elected: Behaviour = (nowMs) => (nowMs >= 400 ? leads(nowMs) : follows(nowMs));
    const { response } = await readyz(follows, elected, silent);
    expect(response.status).toBe(200);
    expect(timers.nowMs()).toBe(400);
  });
});

describe("a quorum is not ready, and that is told within 2 s", () => {
  test.each([
    ["nobody leads", [follows, follows, follows]],
    ["the leader hangs", [follows, silent, follows]],
    ["all hang", [silent, silent, silent]],
    ["all are dead", [lost, lost, lost]],
    ["no majority answers the leader", [lost, unproven, lost]],
    ["some hold nothing yet and the rest is dead", [unformatted, lost, lost]],
  ])("when %s", async (_, behaviours) => {
    const { response, body } = await readyz(...behaviours);
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("1");
    const message = "No majority of the controllers has confirmed who leads.";
    expect(body).toEqual({ error_code: 50003, message });
    expect(timers.nowMs()).toBe(1500);
  });

  test("at once when there is no cluster yet", async () => {
    const { response, body } = await readyz(unformatted, unformatted, unformatted);
    expect(response.status).toBe(503);
    expect(body).toMatchObject({ message: expect.stringContaining("no cluster yet") });
    expect(timers.nowMs()).toBe(0);
  });
});

test("controllers are asked for what anybody may know, and no longer than somebody waits", async () => {
  await readyz(follows, follows, follows);
  const before = asked.length;
  expect(before).toBeGreaterThan(30);
  for (const request of asked) {
    expect(request).toEqual({ kind: "read", sender: null, read: { what: "cluster" } });
  }
  await new Promise((resolve) => timers.after(10_000, () => resolve(null)));
  expect(asked.length).toBe(before);
});
