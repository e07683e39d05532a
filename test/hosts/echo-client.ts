// Talks to the echo node: frames over TCP and calls over HTTP, each with a deadline.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { EchoRequest } from "./echo-node.ts";

const DEADLINE_MS = 5000;

/** The frame that carries a text. */
export function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  const frame = Buffer.alloc(4 + body.length);
  frame.writeUInt32BE(body.length);
  body.copy(frame, 4);
  return frame;
}

/** Calls a controller through the gateway at a base URL. */
export async function call<T>(baseUrl: string, id: number, request: EchoRequest): Promise<T> {
  const response = await fetch(`${baseUrl}/controllers/${id}/api`, {
    method: "POST",
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  return (await response.json()) as T;
}

/** One TCP connection that reads texts out of frames. */
export class EchoClient {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
  #buffer: Buffer = Buffer.alloc(0);
  #texts: string[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once("close", resolve);
    });
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => this.#onData(bytes));
    socket.once("close", () => this.#wake());
  }

  static async open(port: number): Promise<EchoClient> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    return new EchoClient(socket);
  }

  /** Returns the next texts that come back; throws when they do not in time. */
  async texts(count: number): Promise<string[]> {
    const deadline = setTimeout(() => this.socket.destroy(), DEADLINE_MS);
    while (this.#texts.length < count && !this.socket.destroyed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(deadline);
    if (this.#texts.length < count) throw new Error(`${this.#texts.length} of ${count} came back`);
    return this.#texts.splice(0, count);
  }

  #onData(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    while (this.#buffer.length >= 4) {
      const size = 4 + this.#buffer.readUInt32BE();
      if (this.#buffer.length < size) break;
      this.#texts.push(this.#buffer.toString("utf8", 4, size));
      this.#buffer = this.#buffer.subarray(size);
    }
    this.#wake();
  }
}

/** Asks again until the answer is as expected, or throws at the deadline. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isFine: (answer: T) => boolean,
): Promise<T> {
  const deadlineMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (isFine(answer)) return answer;
    if (performance.now() > deadlineMs) throw new Error(`still ${JSON.stringify(answer)}`);
  }
}
