/**
 * Kafka connections over WebSocket, at `/controllers/<id>/kafka`: the only path that leads to an object's own doors. Where
 * authentication is required, whoever opens one must be allowed to act as a broker does (CLUSTER_ACTION on the cluster).
 */

import type { ProvedCredentials } from "../src/controller/sender.ts";
import { CLUSTER_NAME, Operation, ResourceType } from "../src/state/authorizer.ts";
import { CREDENTIALS_HEADER, credentialsText, HOST_HEADER } from "./controller/kafka-socket.ts";
import { controllerStub, isUpgrade } from "./controller/stub.ts";
import { directoryOf } from "./controller-directory.ts";
import { accessOf, type Env } from "./env.ts";
import { checkLoopbackName } from "./gateway/access.ts";
import type { AddressBrake } from "./gateway/address-brake.ts";
import { QuorumCalls } from "./gateway/context.ts";
import { errorBody, HttpError, notFound, unavailable } from "./gateway/kafka-error.ts";
import { Leader, type LeaderMemory } from "./gateway/leader.ts";
import { newRequestId } from "./gateway/request-id.ts";
import { type Answered, requestLine } from "./gateway/request-line.ts";
import { setSecurityHeaders } from "./gateway/security-headers.ts";
import { clientAddress, senderHost, senderOf } from "./gateway/sender.ts";
import { realTimers } from "./gateway/timers.ts";

const PATH_START = "/controllers/";
/** As the log of requests names it. */
const ROUTE = "/controllers/{controller_id}/kafka";
const PATH = /^\/controllers\/([1-9])\/kafka$/;
const MAY_ACT_AS_BROKER = {
  operation: Operation.CLUSTER_ACTION,
  resourceType: ResourceType.CLUSTER,
  resourceName: CLUSTER_NAME,
};

/** The controller whose door a request knocks at; null when it is none of these. */
export function kafkaControllerOf(url: string): number | null {
  if (!url.includes(PATH_START)) return null;
  const [, id] = PATH.exec(new URL(url).pathname) ?? [];
  return id === undefined ? null : Number(id);
}

export class KafkaDoor {
  readonly #memory: LeaderMemory = { leaderId: null, clusterId: null };
  readonly #brake: AddressBrake;
  readonly #writeLine: (line: string) => void;

  /** `writeLine` takes one JSON line for each request. */
  constructor(brake: AddressBrake, writeLine: (line: string) => void) {
    this.#brake = brake;
    this.#writeLine = writeLine;
  }

  /** Opens a connection to a controller, or says why not. */
  async open(env: Env, controllerId: number, request: Request): Promise<Response> {
    const startMs = realTimers.nowMs();
    const knock: Answered = { requestId: newRequestId(), quorum: this.#quorumOf(env) };
    let response: Response;
    let reason: string | null = null;
    try {
      const credentials = await this.#credentialsOf(request, knock);
      response = await connect(env, controllerId, { request, credentials });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (error.status === 401) {
        const { access } = knock.quorum;
        const address = clientAddress(request.headers, access);
        await this.#brake.failed(address, realTimers.nowMs(), access.sharedLimit);
      }
      reason = error.message;
      response = refusal(error, knock.requestId);
    }
    const elapsedMs = realTimers.nowMs() - startMs;
    const { status } = response;
    const answered = { method: request.method, route: ROUTE, status, elapsedMs };
    this.#writeLine(requestLine(answered, knock, reason));
    return response;
  }

  #quorumOf(env: Env): QuorumCalls {
    const directory = directoryOf(env);
    const memory = this.#memory;
    const leader = new Leader(directory, memory, realTimers);
    const access = accessOf(env);
    return new QuorumCalls({ directory, leader, memory, timers: realTimers, access });
  }

  /** What it is opened with, by who may; null where nobody is asked. */
  async #credentialsOf(
    { headers, url }: Request,
    { requestId, quorum }: Answered,
  ): Promise<ProvedCredentials | null> {
    const { access } = quorum;
    if (headers.has("Origin")) throw fromPage();
    if (!access.isRequired) {
      checkLoopbackName(url);
      return null;
    }
    const address = clientAddress(headers, access);
    this.#brake.check(address, realTimers.nowMs());
    quorum.sender = await senderOf(headers, { requestId, host: senderHost(address) }, access);
    const { principal, offset } = await quorum.authenticate(MAY_ACT_AS_BROKER);
    const { credentials } = quorum.sender;
    return credentials === null ? null : { ...credentials, principal, offset };
  }
}

/** An object would come into being by being asked, so the deployment says which there are. */
function checkExists(env: Env, controllerId: number): void {
  const ids = directoryOf(env).ids();
  if (ids.includes(controllerId)) return;
  throw notFound(`Controller ${controllerId} does not exist here. Allowed: ${ids.join(", ")}.`);
}

async function connect(
  env: Env,
  controllerId: number,
  knock: { readonly request: Request; readonly credentials: ProvedCredentials | null },
): Promise<Response> {
  const { request, credentials } = knock;
  checkExists(env, controllerId);
  if (!isUpgrade(request.headers)) throw noUpgrade();
  const headers = new Headers(request.headers);
  // Nobody tells a controller who has been let in, and from where.
  headers.delete(CREDENTIALS_HEADER);
  headers.set(HOST_HEADER, senderHost(clientAddress(request.headers, accessOf(env))));
  headers.delete("Authorization");
  if (credentials !== null) headers.set(CREDENTIALS_HEADER, credentialsText(credentials));
  const told = new Request(request, { headers });
  try {
    const response = await controllerStub(env, controllerId)?.fetch(told);
    if (response !== undefined) return response;
  } catch {
    // Its object is gone, or its process: the next try may find another.
  }
  throw unavailable(`Controller ${controllerId} cannot be reached at the moment.`);
}

function noUpgrade(): HttpError {
  const message =
    "This path carries Kafka connections over WebSocket. Allowed: GET with the header Upgrade: websocket.";
  return new HttpError(426, 426, message, { Upgrade: "websocket" });
}

/** Any page may open a WebSocket to anywhere, and its browser says so. No broker is a page. */
function fromPage(): HttpError {
  return new HttpError(403, 40302, "A page in a browser may not open a Kafka connection.");
}

function refusal(error: HttpError, requestId: string): Response {
  const headers = new Headers({ ...error.headers, "X-Request-Id": requestId });
  setSecurityHeaders(headers);
  return Response.json(errorBody(error), { status: error.status, headers });
}
