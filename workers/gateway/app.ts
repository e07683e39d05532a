/** The HTTP API: what every request passes through, in order, and the routes. */

import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { type Access, CLOUDFLARES_HEADER, checkLoopbackName } from "./access.ts";
import { AddressBrake } from "./address-brake.ts";
import { truthHeaders } from "./answer-headers.ts";
import { bearerText, parseToken } from "./bearer.ts";
import { bootstrapProblem, isBootstrapToken } from "./bootstrap.ts";
import { Call } from "./call.ts";
import { type GatewayContext, QuorumCalls, type QuorumParts, type Variables } from "./context.ts";
import type { ControllerDirectory } from "./controller-directory.ts";
import { IF_MATCH, IF_NONE_MATCH } from "./etags.ts";
import { clientIdempotency, clientKey, IDEMPOTENCY_KEY } from "./idempotency.ts";
import { type Body, readBody } from "./input.ts";
import { badRequest, errorBody, HttpError, notFound } from "./kafka-error.ts";
import { DEFAULT_BOUNDS, Leader, type LeaderBounds, type LeaderMemory } from "./leader.ts";
import { GatewayMetrics } from "./metrics/gateway-metrics.ts";
import { consistencyOf } from "./parameters.ts";
import { PathRouter } from "./path-router.ts";
import { type CheckedUrl, readUrl } from "./read-url.ts";
import { newRequestId } from "./request-id.ts";
import { type Answered, requestLine } from "./request-line.ts";
import { honoPath, isOfCluster, type Route } from "./route.ts";
import { ROUTES } from "./route-table.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { clientAddress, senderHost, senderOf } from "./sender.ts";
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

const CLOSED: Access = {
  isRequired: true,
  bootstrapToken: null,
  sharedLimit: null,
  addressHeader: CLOUDFLARES_HEADER,
};

type Gateway = Hono<{ Variables: Variables }>;
type Serve = (context: GatewayContext) => Response | Promise<Response>;

/** What the bindings amount to, which are the same object from one request to the next. */
interface Bound {
  readonly env: object;
  readonly access: Access;
  readonly parts: QuorumParts;
}

/** Builds the gateway over whatever directory the bindings of a request amount to. */
export function createApp<E extends object>(
  directoryOf: (env: E) => ControllerDirectory,
  options: AppOptions<E> = {},
): Gateway {
  const { timers = realTimers, bounds = DEFAULT_BOUNDS, writeLine = console.log } = options;
  const { accessOf = () => CLOSED, brake = new AddressBrake() } = options;
  const memory: LeaderMemory = { leaderId: null, clusterId: null };
  const metrics = new GatewayMetrics();
  const app: Gateway = new Hono<{ Variables: Variables }>({ router: new PathRouter() });
  let bound: Bound | null = null;

  function bind(env: E): Bound {
    const directory = directoryOf(env);
    const access = accessOf(env);
    const leader = new Leader(directory, memory, timers, bounds);
    return { env, access, parts: { directory, leader, memory, timers, access } };
  }

  /** Around everything that answers, a refusal too. One function instead of a chain: each link would cost every request. */
  function framed(path: string, answer: Serve) {
    return async function frame(context: GatewayContext): Promise<Response> {
      const startMs = timers.nowMs();
      const env = context.env as E;
      if (bound === null || bound.env !== env) bound = bind(env);
      const { access, parts } = bound;
      const requestId = newRequestId();
      const quorum = new QuorumCalls(parts);
      context.set("requestId", requestId);
      context.set("metrics", metrics);
      context.set("quorum", quorum);
      let route = "";
      let response: Response;
      try {
        checkUrl(context.req.url);
        if (!access.isRequired) checkLoopbackName(context.req.url);
        route = path;
        response = await answer(context);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        response = errorResponse(context, error, writeLine);
      }
      if (response.status === 401) {
        const address = clientAddress(context.req.raw.headers, access);
        await brake.failed(address, timers.nowMs(), access.sharedLimit);
      }
      if (!quorum.isComplete(response)) setHeaders(response.headers, { requestId, quorum });
      const elapsedMs = timers.nowMs() - startMs;
      const { method } = context.req;
      const { status } = response;
      metrics.record({ method, route, status, elapsedMs });
      writeLine(requestLine({ method, route, status, elapsedMs }, { requestId, quorum }));
      return response;
    };
  }

  for (const path of new Set(ROUTES.map((route) => route.path))) {
    const routes = ROUTES.filter((route) => route.path === path);
    for (const route of routes) {
      const serveRoute: Serve = (context) => serve(route, context, brake);
      app.on(route.method, honoPath(route), framed(path, serveRoute));
    }
    const allow = allowedMethods(routes);
    const refuseMethod: Serve = ({ req: { method } }) => {
      const message = `${method} is not allowed here. Allowed: ${allow}.`;
      throw new HttpError(405, 405, message, { Allow: allow });
    };
    app.all(honoPath({ path }), framed(path, refuseMethod));
  }

  const refusePath: Serve = (context) => errorResponse(context, notFound("HTTP 404 Not Found"));
  app.notFound(framed("", refusePath));
  app.onError((error, context) => errorResponse(context, error, writeLine));
  return app;
}

/** Says on whose behalf controllers are asked, or turns the request away; a promise only when there is a token to hash. */
function letIn(route: Route, context: GatewayContext, brake: AddressBrake): void | Promise<void> {
  const quorum = context.get("quorum");
  const { headers } = context.req.raw;
  const address = clientAddress(headers, quorum.access);
  brake.check(address, quorum.timers.nowMs());
  const host = senderHost(address);
  if (route.createsCluster === true && quorum.access.isRequired) {
    return letInCreator(context, host);
  }
  return identify(context, host);
}

function identify(context: GatewayContext, host: string): void | Promise<void> {
  const quorum = context.get("quorum");
  const requestId = context.get("requestId");
  const sender = senderOf(context.req.raw.headers, { requestId, host }, quorum.access);
  if (sender instanceof Promise) {
    return sender.then((found) => {
      quorum.sender = found;
    });
  }
  quorum.sender = sender;
}

/** Whoever creates the cluster shows the bootstrap token, or what may be an access token. */
async function letInCreator(context: GatewayContext, host: string): Promise<void> {
  const quorum = context.get("quorum");
  const text = bearerText(context.req.raw.headers);
  if (text === null) throw bootstrapProblem(quorum.access);
  if (await isBootstrapToken(text, quorum.access)) {
    quorum.isBootstrap = true;
    return;
  }
  if (parseToken(text) === null) throw bootstrapProblem(quorum.access);
  await identify(context, host);
}

/**
 * Checks what came, the cheapest first, and lets the route answer. Where nothing has to be waited for first, as with most
 * reads, there is no step that waits: each costs every request.
 */
function serve(
  route: Route,
  context: GatewayContext,
  brake: AddressBrake,
): Response | Promise<Response> {
  const pending = route.right === null ? undefined : letIn(route, context, brake);
  const isCluster = !isOfCluster(route) || context.get("quorum").knowsCluster(clusterOf(context));
  if (pending instanceof Promise || !isCluster || route.body !== null || route.takesKey) {
    return serveLater(route, context, pending);
  }
  const { params, query } = readUrl(route, context);
  refuseHeaders(route, context);
  return answered(route, context, { params, query, body: null });
}

async function serveLater(
  route: Route,
  context: GatewayContext,
  pending: void | Promise<void>,
): Promise<Response> {
  await pending;
  if (isOfCluster(route)) await context.get("quorum").requireCluster(clusterOf(context));
  const { params, query } = readUrl(route, context);
  refuseHeaders(route, context);
  const key = route.takesKey ? clientKey(context.req.raw.headers) : null;
  const { body: schema } = route;
  const body = schema === null ? NO_BODY : await readBody(context, schema, route.maxBodyBytes);
  if (key !== null) await remember(route, context, { key, body });
  return answered(route, context, { params, query, body: body.checked });
}

function answered(
  route: Route,
  context: GatewayContext,
  { params, query, body }: CheckedUrl & { readonly body: unknown },
): Promise<Response> {
  context.get("quorum").consistency = consistencyOf(query as Parameters<typeof consistencyOf>[0]);
  return route.handle(new Call(context, { params, query, body }) as Call<never, never, never>);
}

function clusterOf(context: GatewayContext): string {
  return context.req.param("cluster_id") ?? "";
}

const NO_BODY: Body = { sent: null, checked: null };

/** Throws 400 for a header that asks for something which the route does not do. */
function refuseHeaders(route: Route, { req }: GatewayContext): void {
  const { method, headers = {}, refusesKey } = route;
  // Whoever asks for a change under a condition must not get it without.
  if (method !== "GET" && !(IF_MATCH in headers) && req.header(IF_MATCH) !== undefined) {
    throw badRequest(`The header ${IF_MATCH} is not taken here: what is changed has no ETag.`);
  }
  if (method !== "GET" && req.header(IF_NONE_MATCH) !== undefined) {
    throw badRequest(`The header ${IF_NONE_MATCH} is taken by reads only.`);
  }
  if (refusesKey !== undefined && req.header(IDEMPOTENCY_KEY) !== undefined) {
    throw badRequest(`The header ${IDEMPOTENCY_KEY} is not taken here: ${refusesKey}`);
  }
}

async function remember(
  { secrets = [] }: Route,
  context: GatewayContext,
  { key, body }: { readonly key: string; readonly body: Body },
): Promise<void> {
  const { method, url } = context.req;
  const quorum = context.get("quorum");
  quorum.idempotency = await clientIdempotency(key, { method, url, body: body.sent, secrets });
}

function allowedMethods(routes: readonly Route[]): string {
  return routes.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
}

function setHeaders(headers: Headers, { requestId, quorum }: Answered): void {
  headers.set("X-Request-Id", requestId);
  setSecurityHeaders(headers);
  for (const [name, value] of Object.entries(truthHeaders(quorum))) headers.set(name, value);
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
  const requestId: unknown = context.get("requestId");
  writeLine(JSON.stringify({ event: "request-failed", requestId, reason: error.message }));
  return context.json({ error_code: 50002, message: "Internal error." }, 500);
}
