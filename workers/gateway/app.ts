// A placeholder for the gateway: only what the hosts need to start.

import { Hono } from "hono";
import { controllerStub, openKafkaWebSocket } from "../controller/stub.ts";
import type { Env } from "../env.ts";

/** The gateway. */
export const app = new Hono<{ Bindings: Env }>();

app.get("/controllers/:id{[1-9]}/kafka", (c) =>
  openKafkaWebSocket(c.env, Number(c.req.param("id")), c.req.raw),
);

app.post("/controllers/:id{[1-9]}/api", async (c) => {
  const reply = await controllerStub(c.env, Number(c.req.param("id")))?.api(await c.req.json());
  return c.json(reply as object);
});

app.get("/kafka/v3/clusters", async (c) => {
  const clusterId = await controllerStub(c.env, 1)?.api({ kind: "get", key: "cluster" });
  const data = typeof clusterId === "string" ? [{ cluster_id: clusterId }] : [];
  return c.json({ kind: "KafkaClusterList", data });
});

app.post("/kafka/v3/clusters", async (c) => {
  const clusterId = "placeholderclusterid00";
  await controllerStub(c.env, 1)?.api({ kind: "put", key: "cluster", value: clusterId });
  return c.json({ kind: "KafkaCluster", cluster_id: clusterId }, 201);
});
