/** Feeds of the log, many of which are fed by one call, in the runtime in which each is a request of its own. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningQuorum, start } from "../../cli/start.ts";
import { QuorateClient } from "../../src/client/quorate-client.ts";
import { freeTriple } from "./free-triple.ts";

const data = mkdtempSync(join(tmpdir(), "quorate-feeds-"));
let quorum: RunningQuorum;
let admin: QuorateClient;
let adminToken = "";
/** Of every gateway: one is beside the active controller, the others are not. */
let urls: readonly string[];

beforeAll(async () => {
  const lines: string[] = [];
  const httpPort = await freeTriple();
  const properties = {
    "quorate.http.authentication.required": "true",
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:admin",
  };
  const options = { data, processes: true, properties, httpPort, kafkaPort: await freeTriple() };
  quorum = await start(options, (line) => lines.push(line));
  adminToken = lines.join("\n").match(/TOKEN=(kr_\S+)/)?.[1] ?? "";
  urls = [0, 1, 2].map((index) => `http://127.0.0.1:${httpPort + index}`);
  admin = new QuorateClient({ url: quorum.baseUrl, token: adminToken });
});

afterAll(async () => {
  await quorum.close();
  rmSync(data, { recursive: true });
});

/** What a feed has said so far. */
class Feed {
  readonly #abort = new AbortController();
  text = "";
  isOver = false;

  constructor(url: string, token: string, query: string) {
    void this.#follow(`${url}/kafka/v3/clusters/${quorum.clusterId}/log/feed${query}`, token);
  }

  async #follow(url: string, token: string): Promise<void> {
    try {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(url, { headers, signal: this.#abort.signal });
      const decoder = new TextDecoder();
      for await (const chunk of response.body as ReadableStream<Uint8Array>) {
        this.text += decoder.decode(chunk, { stream: true });
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
    this.isOver = true;
  }

  /** Of the records that it was told, in order. */
  offsets(): number[] {
    return [...this.text.matchAll(/^id: (\d+)\ndata: /gm)].map(([, offset]) => Number(offset));
  }

  /** Whether it was told of everything up to an offset; a change is a batch, of which not every record is wanted. */
  isPast(offset: number): boolean {
    return [...this.text.matchAll(/^id: (\d+)$/gm)].some(([, id]) => Number(id) >= offset);
  }

  hangUp(): void {
    this.#abort.abort();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Changes something; returns its offset. */
async function change(value: number): Promise<number> {
  const { offset } = await admin.clusterConfigs.set({
    name: "log.retention.ms",
    value: String(value),
  });
  return offset ?? Number.NaN;
}

async function offsetsOf(type: string | null): Promise<number[]> {
  const { value } = await admin.log.read(type === null ? {} : { types: [type] });
  return value.data.map(({ offset }) => offset);
}

test("each of many feeds is told everything once and in order, while others hang up", async () => {
  const queries = ["?offset=0", "?offset=0&type=CONFIG_RECORD"];
  const feeds = urls.flatMap((url) =>
    Array.from({ length: 60 }, (_, index) => new Feed(url, adminToken, queries[index % 2] ?? "")),
  );
  const leaving = urls.map((url) => new Feed(url, adminToken, "?offset=0"));
  let lastOffset = await change(1000);
  await until(() => [...feeds, ...leaving].every((feed) => feed.isPast(lastOffset)));
  // Whoever has asked for all of them, for one.
  for (const feed of leaving) feed.hangUp();
  for (let value = 1; value <= 20; value++) lastOffset = await change(value);
  await until(() => feeds.every((feed) => feed.isPast(lastOffset)));
  const all = (await offsetsOf(null)).filter((offset) => offset <= lastOffset);
  const chosen = (await offsetsOf("CONFIG_RECORD")).filter((offset) => offset <= lastOffset);
  expect(chosen.length).toBeGreaterThan(20);
  for (const [index, feed] of feeds.entries()) {
    expect(feed.offsets().filter((offset) => offset <= lastOffset)).toEqual(
      index % 2 === 0 ? all : chosen,
    );
    feed.hangUp();
  }
});

test("who has lost its token, or its right, is told nothing more, and those beside it go on", async () => {
  const principals = ["User:alice", "User:bob", "User:carol"];
  const acls = principals.map((principal) => ({
    resource_type: "CLUSTER" as const,
    resource_name: "kafka-cluster",
    pattern_type: "LITERAL" as const,
    principal,
    host: "*",
    operation: "CLUSTER_ACTION" as const,
    permission: "ALLOW" as const,
  }));
  await admin.acls.createMany(acls);
  const tokens = await Promise.all(
    principals.map(async (principal) => (await admin.accessTokens.create({ principal })).value),
  );
  const offset = await change(1);
  const feeds = tokens.flatMap(({ access_token }) =>
    urls.map((url) => new Feed(url, access_token, `?offset=${offset}`)),
  );
  await until(() => feeds.every((feed) => feed.isPast(offset)));
  const [, bob, carol] = tokens;
  const { offset: revokedAt } = await admin.accessTokens.revoke(bob?.token_id ?? "");
  await until(() => feeds.slice(3, 6).every(({ isOver }) => isOver));
  const { host: _, ...carols } = { ...acls[0]!, principal: carol?.principal ?? "" };
  const { offset: deniedAt } = await admin.acls.delete(carols);
  await until(() => feeds.slice(6, 9).every(({ isOver }) => isOver));
  const lastOffset = await change(2);
  await until(() => feeds.slice(0, 3).every((feed) => feed.isPast(lastOffset)));
  const endOf = (feed?: Feed) => [
    Math.max(...(feed?.offsets() ?? [])),
    feed?.text.split("\n").at(-3),
  ];
  for (const feed of feeds.slice(3, 6)) {
    const [last, said] = endOf(feed);
    expect(last).toBeLessThan(revokedAt ?? 0);
    expect(said).toBe(": 401 The access token is unknown, has expired or was revoked.");
  }
  for (const feed of feeds.slice(6, 9)) {
    const [last, said] = endOf(feed);
    expect(last).toBeLessThan(deniedAt ?? 0);
    expect(said).toBe(": 403 This needs the right to CLUSTER_ACTION the cluster.");
  }
  for (const feed of feeds) feed.hangUp();
});
