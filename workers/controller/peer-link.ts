// A link to one peer: a WebSocket that carries calls and answers, each behind four bytes of its id. A message over it
// costs a third of an RPC between two processes. What ends the link ends all its calls.

import type { ControllerStub } from "../env.ts";

/** The path at which a controller takes links of its peers; no request from outside has it. */
export const PEER_PATH = "/peer";

const ID_BYTES = 4;

interface Waiting {
  resolve(answer: Uint8Array): void;
  reject(error: Error): void;
}

/** The calling end. */
export class PeerLink {
  readonly #waiting = new Map<number, Waiting>();
  readonly #opened: Promise<WebSocket>;
  #ended: Error | null = null;

  /** Opens the link; calls wait until it is open. */
  constructor(stub: ControllerStub) {
    this.#opened = this.#open(stub);
    this.#opened.catch((error: unknown) => this.#end(asError(error)));
  }

  get isOver(): boolean {
    return this.#ended !== null;
  }

  /** The answer to one call; rejects when the link ends first. `id` is not in use by another call. */
  async call(id: number, bytes: Uint8Array): Promise<Uint8Array> {
    const socket = await this.#opened;
    if (this.#ended !== null) throw this.#ended;
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(id, { resolve, reject });
    socket.send(message(id, bytes));
    return promise;
  }

  /** Gives the link up, as after a call that nobody answered: a black hole never ends it. */
  close(reason: string): void {
    if (this.#ended !== null) return;
    this.#end(new Error(reason));
    this.#opened.then((socket) => socket.close(1000, reason)).catch(() => undefined);
  }

  async #open(stub: ControllerStub): Promise<WebSocket> {
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
    return webSocket;
  }

  #onMessage(bytes: Uint8Array): void {
    if (bytes.length < ID_BYTES) return;
    const id = idOf(bytes);
    this.#waiting.get(id)?.resolve(bytes.subarray(ID_BYTES));
    this.#waiting.delete(id);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

/** Gives exactly one answer to a call, or says that there is none. */
export interface Answerer<T = Uint8Array> {
  resolve(answer: T): void;
  reject(error: Error): void;
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
  const framed = new Uint8Array(ID_BYTES + bytes.length);
  new DataView(framed.buffer).setUint32(0, id);
  framed.set(bytes, ID_BYTES);
  return framed;
}

function idOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
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
