/** What the log does not show as JSON, and what its raw form has, because brokers need it. */

import { beforeEach, expect, test } from "vitest";
import { LiveGateway, WITH_AUTHORIZER } from "./live-gateway.ts";
import { readSome } from "./operation.ts";

const PASSWORD = "listener.name.internal.ssl.keystore.password";
const HIDDEN = "[hidden]";

let gateway: LiveGateway;

beforeEach(async () => {
  gateway = await LiveGateway.secured(61, {
    metadataVersion: 33,
    properties: { ...WITH_AUTHORIZER, "super.users": "User:admin" },
  });
  await gateway.join(101);
  await gateway.ask("PUT", `/brokers/101/configs/${PASSWORD}`, { value: "swordfish" });
  await gateway.ask("PUT", "/broker-configs/log.retention.ms", { value: "7" });
  await gateway.ask("PUT", "/broker-configs/of.a.plugin", { value: "tuna" });
  await gateway.ask("DELETE", "/broker-configs/of.a.plugin");
  await gateway.ask("POST", "/topics", { topic_name: "t" }, { "Idempotency-Key": "mine" });
  await gateway.ask("PUT", "/topics/t/configs/retention.ms", { value: "9" });
  await gateway.ask("PUT", "/scram-users/alice/SCRAM-SHA-256", { password: "a word" });
  await gateway.makeToken("User:alice");
  await gateway.ask("POST", `/access-tokens/${gateway.tokenId}/rotation`, {
    overlap_seconds: 60,
  });
});

type Data = Readonly<Record<string, unknown>>;

async function recordsOf(type: string): Promise<Data[]> {
  const { body } = await gateway.get(`/log?max_records=10000&type=${type}`);
  return body.data.map(({ data }: { readonly data: Data }) => data);
}

test("values of sensitive broker configs are hidden, others are shown, and so is that one was removed", async () => {
  const configs = await recordsOf("CONFIG_RECORD");
  expect(configs.map(({ name, value }) => [name, value])).toEqual([
    ["min.insync.replicas", "1"],
    [PASSWORD, HIDDEN],
    ["log.retention.ms", "7"],
    ["of.a.plugin", HIDDEN],
    ["of.a.plugin", null],
    ["retention.ms", "9"],
  ]);
});

test("salt and keys of SCRAM credentials are hidden", async () => {
  expect(await recordsOf("USER_SCRAM_CREDENTIAL_RECORD")).toEqual([
    {
      ...{ name: "alice", mechanism: 1, iterations: 8192 },
      ...{ salt: HIDDEN, storedKey: HIDDEN, serverKey: HIDDEN },
    },
  ]);
});

test("hashes of access tokens are hidden, and whether there are any is shown", async () => {
  const tokens = await recordsOf("ACCESS_TOKEN_RECORD");
  const hashes = tokens.map(({ principal, secretHash, previousSecretHash }) => {
    return [principal, secretHash, previousSecretHash];
  });
  expect(hashes).toEqual([
    ["User:admin", HIDDEN, undefined],
    ["User:alice", HIDDEN, undefined],
    ["User:alice", HIDDEN, HIDDEN],
  ]);
});

test("what is remembered of an answer is hidden, but for whose it is", async () => {
  const answers = await recordsOf("REMEMBERED_ANSWER_RECORD");
  expect(answers.find(({ key }) => key === "mine")).toMatchObject({
    ...{ principal: "User:admin", apiKey: 19 },
    ...{ fingerprint: HIDDEN, answer: HIDDEN },
  });
});

test("the feed hides the same", async () => {
  const response = await gateway.raw(`${gateway.clusterPath}/log/feed?offset=0`);
  const text = await readSome(response, (said) => said.split("ACCESS_TOKEN_RECORD").length > 3);
  expect(text).toContain(PASSWORD);
  expect(text).not.toContain("swordfish");
  expect(text).toContain(`"secretHash":"${HIDDEN}"`);
});

test("the raw form is whole", async () => {
  const response = await gateway.raw(`${gateway.clusterPath}/log/raw`);
  const text = Buffer.from(await response.arrayBuffer()).toString("latin1");
  expect(text).toContain("swordfish");
});
