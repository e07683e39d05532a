// The door of a controller that runs in a process of its own: what the other processes call.

import { WorkerEntrypoint } from "cloudflare:workers";
import type { ApiReply, ApiRequest } from "../src/controller/node-event.ts";
import { controllerStub } from "./controller/stub.ts";
import type { ControllerRpc, ControllerStub, Env } from "./env.ts";

/** Forwards calls of other processes to the controller of this one. */
export class PeerEntrypoint extends WorkerEntrypoint<Env> implements ControllerRpc {
  /** Answers a call that reached the gateway of another process. */
  api(request: ApiRequest): Promise<ApiReply> {
    return this.#own().api(request);
  }

  /** Answers a request of a peer controller. */
  peer(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#own().peer(bytes);
  }

  /** Accepts a Kafka connection that reached the gateway of another process. */
  override fetch(request: Request): Promise<Response> {
    return this.#own().fetch(request);
  }

  #own(): ControllerStub {
    const stub = controllerStub(this.env, Number(this.env.CONTROLLER_ID));
    if (stub === null) throw new Error("Cannot reach controller: none runs in this process");
    return stub;
  }
}
