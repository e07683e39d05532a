// The door of a controller that runs in a process of its own: what the other processes call.

import { WorkerEntrypoint } from "cloudflare:workers";
import type { ApiReply, ApiRequest } from "../src/controller/node-event.ts";
import { controllerStub } from "./controller/stub.ts";
import type { ControllerRpc, ControllerStub, Env } from "./env.ts";

/** Forwards calls of other processes to the controller of this one. */
export class PeerEntrypoint extends WorkerEntrypoint<Env> implements ControllerRpc {
  // What a call returns has a dispose method. Handed on as it is, the caller would have to call that one too, and until it
  // does both processes hold on to it: for as long as an event stream lasts. A copy has none.

  /** Answers a call that reached the gateway of another process. */
  async api(request: ApiRequest): Promise<ApiReply> {
    return { ...((await this.#own().api(request)) as object) };
  }

  /** Answers a read that reached the gateway of another process. */
  read(text: string): Promise<string> {
    return this.#own().read(text);
  }

  /** Answers a request of a peer controller. */
  async peer(bytes: Uint8Array): Promise<Uint8Array> {
    return (await this.#own().peer(bytes)).slice();
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
