/**
 * What the gateway is compared with: the least that a Worker of Hono can do which asks a Durable Object before it answers.
 * Reads nothing, checks nothing, logs nothing.
 */

import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

interface BareEnv {
  readonly OBJECT: DurableObjectNamespace<ConstantObject>;
}

const encoder = new TextEncoder();
const constants = new Map<string, object>();

/** A JSON object of `bytes` bytes: items of a shape like that of a topic's answer. */
function constantOf(path: string): object {
  const found = constants.get(path);
  if (found !== undefined) return found;
  const bytes = Number(path.slice(1));
  const data: object[] = [];
  const sizeOf = (value: object) => encoder.encode(JSON.stringify(value)).length;
  const item = { kind: "Item", metadata: { self: "x".repeat(100) }, related: "y".repeat(200) };
  while (sizeOf({ pad: "", data: [...data, item] }) <= bytes) data.push(item);
  const constant = { pad: "z".repeat(bytes - sizeOf({ pad: "", data })), data };
  constants.set(path, constant);
  return constant;
}

/** Answers with a constant. */
export class ConstantObject extends DurableObject<BareEnv> {
  readAsObject(path: string): object {
    return constantOf(path);
  }

  readAsText(path: string): string {
    return texts.get(path) ?? remember(path);
  }
}

const texts = new Map<string, string>();

function remember(path: string): string {
  const text = JSON.stringify(constantOf(path));
  texts.set(path, text);
  return text;
}

const app = new Hono<{ Bindings: BareEnv }>();

/** As one writes it: the object returns a value, the Worker makes JSON of it. */
app.get("/object/:bytes", async (context) => {
  const stub = context.env.OBJECT.getByName("constant");
  return context.json(await stub.readAsObject(`/${context.req.param("bytes")}`));
});

/** With nothing left to make. */
app.get("/text/:bytes", async (context) => {
  const stub = context.env.OBJECT.getByName("constant");
  const text = await stub.readAsText(`/${context.req.param("bytes")}`);
  return context.body(text, 200, { "Content-Type": "application/json" });
});

/** Without Hono and without an object: what the load generator can do at most. */
export default {
  fetch(request: Request, env: BareEnv): Response | Promise<Response> {
    const start = request.url.indexOf("/constant/");
    if (start < 0) return app.fetch(request, env);
    return new Response(remember(request.url.slice(start + "/constant".length)));
  },
};
