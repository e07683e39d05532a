import { expect, test } from "vitest";
import { LiveGateway } from "./live-gateway.ts";

test("The same result asked for by another URL is answered as that URL wants it", async () => {
  const gateway = LiveGateway.formatted();
  const path = gateway.clusterPath;
  const plain = await gateway.get("");
  expect(plain.body).not.toHaveProperty("authorized_operations");
  const told = await gateway.get(`?include_authorized_operations=true`);
  expect(told.body.authorized_operations).toContain("ALTER");
  const elsewhere = await gateway.raw(`http://localhost:81${path}`);
  const { metadata } = (await elsewhere.json()) as { metadata: { self: string } };
  expect(metadata.self).toBe(`http://localhost:81${path}`);
  expect((await gateway.get("")).body).toEqual(plain.body);
});

test("An answer is that of now: a topic that was deleted and created again has its new id", async () => {
  const gateway = LiveGateway.formatted();
  await gateway.join(1);
  const create = { topic_name: "a", partitions_count: 1, replication_factor: 1 };
  const ids = new Set<string>();
  const etags = new Set<string | null>();
  for (let count = 1; count <= 3; count++) {
    await gateway.ask("POST", "/topics", create);
    for (let time = 0; time < 2; time++) {
      const { body, headers } = await gateway.get("/topics/a");
      ids.add(body.topic_id);
      etags.add(headers.get("ETag"));
    }
    expect([ids.size, etags.size]).toEqual([count, count]);
    await gateway.ask("DELETE", "/topics/a");
    expect((await gateway.get("/topics/a")).status).toBe(404);
  }
});
