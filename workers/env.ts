// The bindings of the Worker. Which of them exist is what differs between the hosts: with CONTROLLER
// alone every controller is an object of this Worker; with CONTROLLER_ID this process holds that one
// controller and the others are PEER_<id> service bindings into other processes.

import type { ApiReply, ApiRequest } from "../src/controller/node-event.ts";
import { type Access, addressHeaderIn, isAuthenticationRequired } from "./gateway/access.ts";
import type { SharedLimit } from "./gateway/address-brake.ts";

/** What a controller offers to the gateway and to its peers, wherever it runs. */
export interface ControllerRpc {
  api(request: ApiRequest): Promise<ApiReply>;
  /** Reads as text, a line each, answered as text. */
  read(text: string): Promise<string>;
  peer(bytes: Uint8Array): Promise<Uint8Array>;
  fetch(request: Request): Promise<Response>;
}

/** A controller that can be called: a Durable Object stub or a service binding. */
export type ControllerStub = ControllerRpc;

/** The bindings of the Worker. */
export interface Env {
  CONTROLLER: DurableObjectNamespace;
  /** The one controller of this process; absent where one Worker holds them all. */
  CONTROLLER_ID?: string;
  /** How many controllers this Worker holds when it holds them all; three when absent. */
  CONTROLLER_COUNT?: string;
  /** What server.properties of an Apache controller would say, for every controller. */
  CONTROLLER_PROPERTIES?: Record<string, string>;
  /** delegation.token.secret.key, which belongs into a secret and not into a file. */
  DELEGATION_TOKEN_SECRET_KEY?: string;
  /** What creates the cluster where authentication is required: a secret of at least 32 characters. */
  BOOTSTRAP_TOKEN?: string;
  /** Counts failures to authenticate for all isolates of a location; where there is none each counts for itself. */
  AUTHENTICATION_LIMIT?: SharedLimit;
  /** "true" where log lines are text that nobody takes apart by write; requests are logged several at a time there. */
  LOG_LINES_TOGETHER?: string;
  /** The controller behind each local TCP port; only where the host accepts TCP. */
  KAFKA_PORTS?: Record<string, number>;
  [peer: `PEER_${number}`]: ControllerStub;
}

/** How the deployment lets clients in. */
export function accessOf(env: Env): Access {
  return {
    isRequired: isAuthenticationRequired(env.CONTROLLER_PROPERTIES ?? {}),
    addressHeader: addressHeaderIn(env.CONTROLLER_PROPERTIES ?? {}),
    bootstrapToken: env.BOOTSTRAP_TOKEN ?? null,
    sharedLimit: env.AUTHENTICATION_LIMIT ?? null,
  };
}

/** The largest controller id. Ids are 1 to this, so a name never comes from outside. */
export const MAX_CONTROLLER_ID = 9;

/** Whether a value is the id of a controller this deployment may have. */
export function isControllerId(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_CONTROLLER_ID;
}

/** The properties of a controller, the secret ones among them. */
export function controllerProperties(env: Env): Record<string, string> {
  const secret = env.DELEGATION_TOKEN_SECRET_KEY;
  if (secret === undefined) return { ...env.CONTROLLER_PROPERTIES };
  return { ...env.CONTROLLER_PROPERTIES, "delegation.token.secret.key": secret };
}
