// A link to one peer: a WebSocket that carries calls and answers, each behind four bytes of its id. A message over it
// costs a third of an RPC between two processes. What ends the link ends all its calls.

import { newBytes } from "../../src/base/small-bytes.ts";
import type { ControllerStub } from "../env.ts";

/** The path at which a controller takes links of its peers; no request from outside has it. */
export const PEER_PATH = "/peer";

const ID_BYTES = 4;

/** Gives exactly one answer to a call, or says that there is none. */
export interface Answerer<T = Uint8Array> {
  resolve(answer: T): void;
  reject(error: Error): void;
}

/** The calling end. */
export class PeerLink {
  readonly #waiting = new Map<number, Answerer>();
  /** Null until the link is open. */
  #socket: WebSocket | null = null;
  readonly #unsent: Uint8Array[] = [];
  #ended: Error | null = null;

  /** Opens the link; calls wait until it is open. */
  constructor(stub: ControllerStub) {
    this.#open(stub).catch((error: unknown) => this.#end(asError(error)));
  }

  get isOver(): boolean {
    return this.#ended !== null;
  }

  /** Calls that have no answer. */
  get pendingCount(): number {
    return this.#waiting.size;
  }

  /**
   * Makes a call over a link that is not over. It is answered in the turn in which the answer comes, or rejected when the
   * link ends first, never before this returns. `id` is not in use by another call.
   */
  call(id: number, bytes: Uint8Array, answerer: Answerer): void {
    this.#waiting.set(id, answerer);
    const framed = message(id, bytes);
    if (this.#socket === null) this.#unsent.push(framed);
    else this.#send(this.#socket, framed);
  }

  /** Gives the link up, as after a call that nobody answered: a black hole never ends it. */
  close(reason: string): void {
    if (this.#ended !== null) return;
    this.#end(new Error(reason));
    this.#socket?.close(1000, reason);
  }

  #send(socket: WebSocket, bytes: Uint8Array): void {
    try {
      socket.send(bytes);
    } catch (error) {
      // It has just broken, and its end is not told yet.
      queueMicrotask(() => this.#end(asError(error)));
    }
  }

  async #open(stub: ControllerStub): Promise<void> {
    const request = new Request(`http://controller${PEER_PATH}`, {
      headers: { upgrade: "websocket" },
    });
    const { webSocket, status } = await stub.fetch(request);
    if (webSocket === null) throw new Error(`the peer takes no link: ${status}`);
    webSocket.binaryType = "arraybuffer";
    webSocket.accept();
    webSocket.addEventListener("message", ({ data }) => {
      if (data instanceof ArrayBuffer) this.#onMessage(new Uint8Array(data));
    });
    webSocket.addEventListener("close", () => this.#end(new Error("the peer ended the link")));
    webSocket.addEventListener("error", () => this.#end(new Error("the link to the peer failed")));
    if (this.#ended !== null) {
      webSocket.close(1000, this.#ended.message);
      return;
    }
    this.#socket = webSocket;
    for (const bytes of this.#unsent.splice(0)) this.#send(webSocket, bytes);
  }

  #onMessage(bytes: Uint8Array): void {
    if (bytes.length < ID_BYTES) return;
    const id = idOf(bytes);
    const answerer = this.#waiting.get(id);
    this.#waiting.delete(id);
    answerer?.resolve(bytes.subarray(ID_BYTES));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

/** The answering end: takes a link and answers what comes over it. An answer leaves in the turn in which it is given. */
export function servePeerLink(handle: (bytes: Uint8Array, answerer: Answerer) => void): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.binaryType = "arraybuffer";
  server.accept();
  server.addEventListener("message", ({ data }) => {
    if (!(data instanceof ArrayBuffer) || data.byteLength < ID_BYTES) {
      server.close(1003, "calls only");
      return;
    }
    const bytes = new Uint8Array(data);
    // Without an answer the caller would wait; without the link it asks again.
    const reject = (): void => server.close(1011, "a call failed");
    const resolve = (answer: Uint8Array): void => {
      sendQuietly(server, message(idOf(bytes), answer));
    };
    try {
      handle(bytes.subarray(ID_BYTES), { resolve, reject });
    } catch {
      reject();
    }
  });
  return new Response(null, { status: 101, webSocket: client });
}

function message(id: number, bytes: Uint8Array): Uint8Array {
  const framed = newBytes(ID_BYTES + bytes.length);
  for (let i = 0; i < ID_BYTES; i++) framed[i] = id >>> (24 - 8 * i);
  framed.set(bytes, ID_BYTES);
  return framed;
}

function idOf(bytes: Uint8Array): number {
  let id = 0;
  for (let i = 0; i < ID_BYTES; i++) id = (id << 8) | (bytes[i] ?? 0);
  return id >>> 0;
}

function sendQuietly(socket: WebSocket, bytes: Uint8Array): void {
  try {
    socket.send(bytes);
  } catch {
    // The caller is gone; its end of the link tells it.
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
