/** The HTTP API: what every request passes through, in order, and the routes. */

import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { TrieRouter } from "hono/router/trie-router";
import { type Access, checkLoopbackName } from "./access.ts";
import { AddressBrake } from "./address-brake.ts";
import { truthHeaders } from "./answer-headers.ts";
import { bearerText } from "./bearer.ts";
import { bootstrapProblem, isBootstrapToken } from "./bootstrap.ts";
import { Call } from "./call.ts";
import { type GatewayContext, QuorumCalls, type Variables } from "./context.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { clientIdempotency, clientKey, IDEMPOTENCY_KEY } from "./idempotency.ts";
import { type Body, readBody, readParams, readQuery } from "./input.ts";
import { badRequest, errorBody, HttpError, notFound } from "./kafka-error.ts";
import { DEFAULT_BOUNDS, Leader, type LeaderBounds, type LeaderMemory } from "./leader.ts";
import { GatewayMetrics } from "./metrics/gateway-metrics.ts";
import { consistencyOf } from "./parameters.ts";
import { newRequestId } from "./request-id.ts";
import { honoPath, isOfCluster, type Route } from "./route.ts";
import { ROUTES } from "./route-table.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { senderHost, senderOf } from "./sender.ts";
import { checkUrl } from "./sizes.ts";
import { realTimers, type Timers } from "./timers.ts";

export interface AppOptions<E> {
  readonly timers?: Timers;
  readonly bounds?: LeaderBounds;
  /** Takes one JSON line for each request. */
  readonly writeLine?: (line: string) => void;
  /** How a deployment lets clients in; with a token only, when absent. */
  readonly accessOf?: (env: E) => Access;
  /** Shared with other doors of the same deployment. */
  readonly brake?: AddressBrake;
}

const CLOSED: Access = { isRequired: true, bootstrapToken: null, sharedLimit: null };

interface AppEnv {
  Variables: Variables;
}

/** Builds the gateway over whatever directory the bindings of a request amount to. */
export function createApp<E extends object>(
  directoryOf: (env: E) => ControllerDirectory,
  options: AppOptions<E> = {},
): Hono<AppEnv> {
  const { timers = realTimers, bounds = DEFAULT_BOUNDS, writeLine = console.log } = options;
  const { accessOf = () => CLOSED, brake = new AddressBrake() } = options;
  const memory: LeaderMemory = { leaderId: null, clusterId: null };
  const metrics = new GatewayMetrics();
  // The other routers take `:alter` at the end of a path for a parameter.
  const app = new Hono<AppEnv>({ router: new TrieRouter() });

  app.use(async function frame(context, next) {
    const startMs = timers.nowMs();
    context.set("requestId", newRequestId());
    context.set("route", "");
    context.set("metrics", metrics);
    const directory = directoryOf(context.env as E);
    const access = accessOf(context.env as E);
    const leader = new Leader(directory, memory, timers, bounds);
    context.set("quorum", new QuorumCalls({ directory, leader, memory, timers, access }));
    await next();
    if (context.res.status === 401) {
      const host = senderHost(context.req.raw.headers);
      await brake.failed(host, timers.nowMs(), access.sharedLimit);
    }
    setHeaders(context);
    const elapsedMs = timers.nowMs() - startMs;
    const { method } = context.req;
    metrics.record({ method, route: context.var.route, status: context.res.status, elapsedMs });
    writeLine(requestLine(context, elapsedMs));
  });

  app.use(async function admit({ req, var: { quorum } }, next) {
    checkUrl(req.url);
    if (!quorum.access.isRequired) checkLoopbackName(req.url);
    await next();
  });

  for (const path of new Set(ROUTES.map((route) => route.path))) {
    const routes = ROUTES.filter((route) => route.path === path);
    for (const route of routes) {
      app.on(route.method, honoPath(route), async function serveRoute(context) {
        context.set("route", route.path);
        if (route.right !== null) await letIn(route, context, brake);
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

/** Says on whose behalf controllers are asked, or turns the request away. */
async function letIn(route: Route, context: GatewayContext, brake: AddressBrake): Promise<void> {
  const { quorum, requestId } = context.var;
  const { headers } = context.req.raw;
  brake.check(senderHost(headers), quorum.timers.nowMs());
  if (route.createsCluster === true && quorum.access.isRequired) {
    const text = bearerText(headers);
    if (text === null) throw bootstrapProblem(quorum.access);
    if (await isBootstrapToken(text, quorum.access)) {
      quorum.isBootstrap = true;
      return;
    }
  }
  quorum.sender = await senderOf(headers, requestId, quorum.access);
}

/** Checks what came, the cheapest first, and lets the route answer. */
async function serve(route: Route, context: GatewayContext): Promise<Response> {
  const { quorum } = context.var;
  if (isOfCluster(route)) await quorum.requireCluster(context.req.param("cluster_id") ?? "");
  const query = readQuery(context.req.url, route.query);
  const params = readParams(context.req.param(), route.params);
  const key = keyOf(route, context);
  const body =
    route.body === null ? NO_BODY : await readBody(context, route.body, route.maxBodyBytes);
  if (key !== null) await remember(route, context, { key, body });
  quorum.consistency = consistencyOf(query as Parameters<typeof consistencyOf>[0]);
  const checked = { params, query, body: body.checked };
  return route.handle(new Call(context, checked) as Call<never, never, never>);
}

const NO_BODY: Body = { sent: null, checked: null };

function keyOf(route: Route, { req }: GatewayContext): string | null {
  if (route.takesKey) return clientKey(req.raw.headers);
  if (route.refusesKey !== undefined && req.header(IDEMPOTENCY_KEY) !== undefined) {
    throw badRequest(`The header ${IDEMPOTENCY_KEY} is not taken here: ${route.refusesKey}`);
  }
  return null;
}

async function remember(
  { secrets = [] }: Route,
  { req, var: { quorum } }: GatewayContext,
  { key, body }: { readonly key: string; readonly body: Body },
): Promise<void> {
  const { method, url } = req;
  quorum.idempotency = await clientIdempotency(key, { method, url, body: body.sent, secrets });
}

function allowedMethods(routes: readonly Route[]): string {
  return routes.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
}

function setHeaders(context: GatewayContext): void {
  const { requestId, quorum, complete } = context.var;
  if (complete?.response === context.res && complete.trueAt === quorum.trueAt) return;
  const { headers } = context.res;
  headers.set("X-Request-Id", requestId);
  setSecurityHeaders(headers);
  for (const [name, value] of Object.entries(truthHeaders(quorum))) headers.set(name, value);
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
    tokenId: quorum.sender?.credentials?.tokenId ?? null,
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
    return context.json(errorBody(error), error.status, error.headers);
  }
  if (error instanceof HTTPException) {
    return context.json({ error_code: error.status, message: error.message }, error.status);
  }
  const { requestId } = context.var as Variables;
  writeLine(JSON.stringify({ event: "request-failed", requestId, reason: error.message }));
  return context.json({ error_code: 50002, message: "Internal error." }, 500);
}
