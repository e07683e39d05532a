/**
 * A small Kafka client for tests and benchmarks: one TCP connection, requests and answers as typed objects, many in
 * flight. It says exactly what it is told to, so that it can also say what no real client would.
 */

import { connect, type Socket } from "node:net";
import { APIS, type ApiName, type RequestInit, type ResponseOf } from "../../src/protocol/apis.ts";
import { FrameSplitter } from "../../src/protocol/frame-splitter.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";

export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

interface Waiting {
  resolve(frame: Uint8Array): void;
  reject(error: Error): void;
}

export class KafkaClient {
  readonly #socket: Socket;
  readonly #splitter = new FrameSplitter(64 * 1024 * 1024);
  readonly #waiting: Waiting[] = [];
  #correlationId = 0;
  #lost: Error | null = null;
  /** Resolves when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => {
      for (const frame of this.#splitter.push(bytes)) this.#waiting.shift()?.resolve(frame);
    });
    this.closed = new Promise((resolve) => {
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#lost = new ConnectionLost("the connection was closed");
        for (const { reject } of this.#waiting.splice(0)) reject(this.#lost);
        resolve();
      });
    });
  }

  static open(port: number): Promise<KafkaClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new KafkaClient(socket));
      });
    });
  }

  /** Sends a request at `version` (the newest unless told) and waits for its answer. */
  async call<N extends ApiName>(
    api: N,
    body: RequestInit<N>,
    version: number = APIS[api].request.maxVersion,
  ): Promise<ResponseOf<N>> {
    const correlationId = this.#correlationId++;
    const request = encodeRequest({ api, version, correlationId, clientId: "test", body });
    const response = decodeResponse(api, version, await this.exchange(request));
    if (response.correlationId !== correlationId) {
      throw new Error(`answer ${response.correlationId} to request ${correlationId}`);
    }
    return response.body;
  }

  /** Sends one frame as it is and waits for the next answer, header and body. */
  exchange(frame: Uint8Array): Promise<Uint8Array> {
    if (this.#lost !== null) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      // In one piece, as Kafka's clients send it: the first of two would wake the other end for nothing.
      const bytes = new Uint8Array(4 + frame.length);
      new DataView(bytes.buffer).setInt32(0, frame.length);
      bytes.set(frame, 4);
      this.write(bytes);
    });
  }

  /** Sends bytes that may be no frame at all. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }
}
