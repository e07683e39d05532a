/** The HTTP API: what every request passes through, in order, and the routes. */

import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { TrieRouter } from "hono/router/trie-router";
import { Call } from "./call.ts";
import { type GatewayContext, QuorumCalls, type Variables } from "./context.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { readBody, readParams, readQuery } from "./input.ts";
import { HttpError, notFound } from "./kafka-error.ts";
import { newUuid } from "./kafka-uuid.ts";
import { DEFAULT_BOUNDS, Leader, type LeaderBounds, type LeaderMemory } from "./leader.ts";
import { consistencyOf } from "./parameters.ts";
import { honoPath, isOfCluster, type Route } from "./route.ts";
import { ROUTES } from "./route-table.ts";
import { realTimers, type Timers } from "./timers.ts";

export interface AppOptions {
  readonly timers?: Timers;
  readonly bounds?: LeaderBounds;
  /** Takes one JSON line for each request. */
  readonly writeLine?: (line: string) => void;
}

interface AppEnv {
  Variables: Variables;
}

/** Builds the gateway over whatever directory the bindings of a request amount to. */
export function createApp<E extends object>(
  directoryOf: (env: E) => ControllerDirectory,
  options: AppOptions = {},
): Hono<AppEnv> {
  const { timers = realTimers, bounds = DEFAULT_BOUNDS, writeLine = console.log } = options;
  const memory: LeaderMemory = { leaderId: null, clusterId: null };
  // The other routers take `:alter` at the end of a path for a parameter.
  const app = new Hono<AppEnv>({ router: new TrieRouter() });

  app.use(async function frame(context, next) {
    const startMs = timers.nowMs();
    context.set("requestId", newUuid());
    context.set("route", "");
    const directory = directoryOf(context.env as E);
    const leader = new Leader(directory, memory, timers, bounds);
    context.set("quorum", new QuorumCalls(directory, leader, memory, timers));
    await next();
    setHeaders(context);
    writeLine(requestLine(context, timers.nowMs() - startMs));
  });

  for (const path of new Set(ROUTES.map((route) => route.path))) {
    const routes = ROUTES.filter((route) => route.path === path);
    for (const route of routes) {
      app.on(route.method, honoPath(route), async function serveRoute(context) {
        return serve(route, context);
      });
    }
    const allow = allowedMethods(routes);
    app.all(honoPath({ path }), function refuseMethod(context) {
      context.set("route", path);
      const message = `${context.req.method} is not allowed here. Allowed: ${allow}.`;
      throw new HttpError(405, 405, message, { Allow: allow });
    });
  }

  app.notFound((context) => errorResponse(context, notFound("HTTP 404 Not Found")));
  app.onError((error, context) => errorResponse(context, error, writeLine));
  return app;
}

/** Checks what came, the cheapest first, and lets the route answer. */
async function serve(route: Route, context: GatewayContext): Promise<Response> {
  const { quorum } = context.var;
  context.set("route", route.path);
  if (isOfCluster(route)) await quorum.requireCluster(context.req.param("cluster_id") ?? "");
  const query = readQuery(context.req.url, route.query);
  const params = readParams(context.req.param(), route.params);
  const body = route.body === null ? null : await readBody(context, route.body);
  quorum.consistency = consistencyOf(query as Parameters<typeof consistencyOf>[0]);
  return route.handle(new Call(context, { params, query, body }) as Call<never, never, never>);
}

function allowedMethods(routes: readonly Route[]): string {
  return routes.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
}

function setHeaders(context: GatewayContext): void {
  const { trueAt } = context.var.quorum;
  context.header("X-Request-Id", context.var.requestId);
  context.header("X-Content-Type-Options", "nosniff");
  context.header("Cache-Control", "no-store");
  if (trueAt === null) return;
  context.header("Quorate-Offset", String(trueAt.offset));
  context.header("Quorate-Epoch", String(trueAt.epoch));
}

function requestLine(context: GatewayContext, elapsedMs: number): string {
  const { quorum, requestId, route } = context.var;
  return JSON.stringify({
    event: "request",
    requestId,
    method: context.req.method,
    route,
    status: context.res.status,
    ms: elapsedMs,
    offset: quorum.trueAt?.offset ?? null,
    epoch: quorum.trueAt?.epoch ?? null,
  });
}

function errorResponse(
  context: Context,
  error: Error,
  writeLine: (line: string) => void = () => {},
): Response {
  if (error instanceof HttpError) {
    const body = { error_code: error.errorCode, message: error.message };
    return context.json(body, error.status, error.headers);
  }
  if (error instanceof HTTPException) {
    return context.json({ error_code: error.status, message: error.message }, error.status);
  }
  const { requestId } = context.var as Variables;
  writeLine(JSON.stringify({ event: "request-failed", requestId, reason: error.message }));
  return context.json({ error_code: 50002, message: "Internal error." }, 500);
}
