// The Durable Object of one controller: its doors, each one line into the runtime.

import { DurableObject } from "cloudflare:workers";
import type { ApiReply as Reply } from "../../src/controller/api.ts";
import { createControllerNode } from "../../src/controller/controller-node.ts";
import type { ApiReply, ApiRequest, NodeFactory } from "../../src/controller/node-event.ts";
import type { ControllerRpc, Env } from "../env.ts";
import { repliesToText, TextReads } from "../read-text.ts";
import { serveTcp, serveWebSocket } from "./kafka-socket.ts";
import { PEER_PATH, servePeerLink } from "./peer-link.ts";
import { Runtime } from "./runtime.ts";
import { isUpgrade } from "./stub.ts";

/** One controller of the quorum. Its object is named `controller-<id>`. */
export class ControllerObject extends DurableObject<Env> implements ControllerRpc {
  /** The node to run; tests of the host run another. */
  static readonly createNode: NodeFactory = createControllerNode;

  readonly #runtime: Runtime;
  readonly #texts = new TextReads();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#runtime = new Runtime(ctx, env, new.target.createNode);
  }

  /** Answers a call of the gateway. */
  api(request: ApiRequest): Promise<ApiReply> {
    return this.#runtime.api(request);
  }

  /** Answers reads of a gateway that are sent together, as text. */
  async read(text: string): Promise<string> {
    const replies = await this.#runtime.reads(this.#texts.reads(text));
    return repliesToText(replies as readonly Reply[]);
  }

  /** Answers a request of a peer controller. */
  peer(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#runtime.peer(bytes);
  }

  /** Accepts a link of a peer, or a Kafka connection over WebSocket. */
  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === PEER_PATH) {
      return servePeerLink((bytes, answerer) => this.#runtime.peerRequest(bytes, answerer));
    }
    if (isUpgrade(request.headers)) return serveWebSocket(request, this.#runtime);
    return new Response("expected a WebSocket upgrade", { status: 426 });
  }

  /** Accepts a Kafka connection over TCP. */
  override connect(socket: Socket): Promise<void> {
    return serveTcp(socket, this.#runtime);
  }

  override async alarm(): Promise<void> {
    this.#runtime.alarm();
  }
}
