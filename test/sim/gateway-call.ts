/** One call of a gateway to a controller: it is answered, or it fails and nobody knows what became of it. */

import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import type { Life } from "./life.ts";
import type { World } from "./world.ts";

interface Pending {
  readonly callee: Life;
  /** Null when the call failed. */
  readonly done: (reply: ApiReply | null) => void;
}

/** How long a gateway waits, unless its client is less patient. */
const TIMEOUT_MS = 8000;

export class GatewayCalls {
  readonly #world: World;
  readonly #pending = new Map<number, Pending>();
  #callId = 0;

  constructor(world: World) {
    this.#world = world;
  }

  call(
    clientId: number,
    controllerId: number,
    request: ApiRequest,
    answered: (reply: ApiReply | null) => void,
    timeoutMs = TIMEOUT_MS,
  ): void {
    const { scheduler, network } = this.#world;
    let isOpen = true;
    const done = (reply: ApiReply | null): void => {
      if (!isOpen) return;
      isOpen = false;
      scheduler.cancel(giveUp);
      answered(reply);
    };
    const giveUp = scheduler.after(timeoutMs, () => done(null));
    if (this.#world.strikes("loss")) return;
    scheduler.after(network.delayMs(clientId, controllerId), () => {
      const callee = this.#world.calleeAt(controllerId);
      if (callee === null) {
        scheduler.after(network.delayMs(controllerId, clientId), () => done(null));
        return;
      }
      const callId = this.#callId++;
      const pending: Pending = { callee, done };
      this.#pending.set(callId, pending);
      callee.onEnd.set(pending, () => {
        this.#pending.delete(callId);
        scheduler.after(network.delayMs(controllerId, clientId), () => done(null));
      });
      callee.host.deliver(callee, { kind: "api", callId, request });
    });
  }

  reply(callee: Life, callId: number, reply: ApiReply): void {
    const pending = this.#pending.get(callId);
    if (pending === undefined || pending.callee !== callee) {
      this.#world.stop(
        "answered-once",
        `controller ${callee.host.id} answers call ${callId} twice`,
      );
    }
    this.#pending.delete(callId);
    callee.onEnd.delete(pending);
    if (this.#world.strikes("loss")) return;
    const failed = this.#world.strikes("appliedButFailed");
    const delayMs = this.#world.network.delayMs(callee.host.id, 0);
    this.#world.scheduler.after(delayMs, () => pending.done(failed ? null : reply));
  }
}
