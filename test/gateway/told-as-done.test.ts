/** What was done is never told as if it was not: neither for a rate or a right that ran out, nor for a token that it ended. */
import { expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import { LiveGateway } from "./live-gateway.ts";

const CONFIG = "/broker-configs/log.retention.ms";
const ONE_PER_SECOND = { "quorate.http.requests.per.second": "1" };

/** Does the first of the requests whose answer is lost, then something else before it is sent again. */
function loseFirst(gateway: LiveGateway, kind: ApiRequest["kind"], meanwhile: () => void): void {
  gateway.intercept = (call, request) => {
    const reply: ApiReply = call();
    if (request.kind !== kind || reply.kind === "not-controller") return reply;
    gateway.intercept = null;
    meanwhile();
    throw new Error("Network connection lost.");
  };
}

test("who grows a topic with the last request of its rate is shown what it has made", async () => {
  const gateway = await LiveGateway.secured(61, { properties: ONE_PER_SECOND });
  const [broker_epoch] = await gateway.join(101);
  gateway.cluster.run(5000);
  const heartbeat = { broker_epoch, current_metadata_offset: broker_epoch };
  await gateway.ask("POST", "/brokers/101/heartbeats", heartbeat);
  await gateway.ask("POST", "/topics", { topic_name: "a", partitions_count: 1 });
  gateway.cluster.run(1000);
  const { status, body } = await gateway.ask("PATCH", "/topics/a", { partitions_count: 3 });
  expect([status, body.partitions_count]).toEqual([200, 3]);
  expect((await gateway.get("/topics/a")).status).toBe(429);
});

test("who rotates its own token and loses the answer is shown the new secret all the same", async () => {
  const gateway = await LiveGateway.secured(62);
  const id = gateway.token?.slice(3, 15);
  loseFirst(gateway, "change-token", () => {});
  const { status, body } = await gateway.ask("POST", `/access-tokens/${id}/rotation`, {});
  expect([status, body.token_id]).toEqual([200, id]);
  expect((await gateway.get("/caller")).status).toBe(401);
  gateway.token = body.access_token;
  expect((await gateway.get("/caller")).status).toBe(200);
});

test.each([
  ["its rate was used up", () => {}],
  ["its token was revoked", revoke],
])(
  "a change whose answer is lost is told as one of unknown outcome when %s by then",
  async (_, meanwhile) => {
    const gateway = await LiveGateway.secured(63, { properties: ONE_PER_SECOND });
    await gateway.join(101);
    gateway.cluster.run(1000);
    loseFirst(gateway, "write", () => meanwhile(gateway));
    const { status, body } = await gateway.ask("PUT", CONFIG, { value: "1" });
    expect([status, body.message]).toEqual([503, expect.stringMatching(/^The outcome is unknown/)]);
  },
);

function revoke({ cluster, token }: LiveGateway): void {
  const change = { what: "revoke", tokenId: token?.slice(3, 15) ?? "" } as const;
  const request = { kind: "change-token", sender: null, change } as const;
  expect(cluster.api(cluster.leader(), request)).toMatchObject({ kind: "token-changed" });
}
