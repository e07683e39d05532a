// Finds a controller by its id. This is the only file that knows where a controller runs: an object
// of this Worker, or a process of its own behind a service binding.

import { type ControllerStub, type Env, isControllerId } from "../env.ts";

/** The name of a controller's object. Only ids of the fixed set become names. */
function controllerName(controllerId: number): string {
  if (!isControllerId(controllerId)) throw new Error(`Cannot name controller: id ${controllerId}`);
  return `controller-${controllerId}`;
}

/** The id in a controller's name; NaN for any other name. */
export function controllerIdOfName(name: string | undefined): number {
  const controllerId = Number(name?.match(/^controller-([1-9])$/)?.[1]);
  return isControllerId(controllerId) ? controllerId : Number.NaN;
}

/** The object of a controller that runs in this Worker. */
export function localController(env: Env, controllerId: number): DurableObjectStub {
  return env.CONTROLLER.getByName(controllerName(controllerId));
}

/** Whether this deployment has a controller of that id, without making a stub of it. */
export function hasController(env: Env, controllerId: number): boolean {
  if (!isControllerId(controllerId)) return false;
  const isHere = env.CONTROLLER_ID === undefined || Number(env.CONTROLLER_ID) === controllerId;
  return isHere || env[`PEER_${controllerId}`] !== undefined;
}

/**
 * Returns a new stub of a controller, or null when this deployment has none of that id. A stub that
 * failed may stay broken for ever, so take a new one for the next call.
 */
export function controllerStub(env: Env, controllerId: number): ControllerStub | null {
  if (!isControllerId(controllerId)) return null;
  const isElsewhere = env.CONTROLLER_ID !== undefined && Number(env.CONTROLLER_ID) !== controllerId;
  if (isElsewhere) return env[`PEER_${controllerId}`] ?? null;
  return localController(env, controllerId) as unknown as ControllerStub;
}

/** Whether a request asks for a WebSocket. */
export function isUpgrade(headers: Headers): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}
