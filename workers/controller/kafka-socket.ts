// Kafka connections over TCP and over WebSocket. Both are a stream of bytes to the node: a message
// boundary means nothing. What the other end does not read is bounded here; what it sends reaches
// the node one chunk at a time, so a flood slows its own connection only.

import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { copyOf } from "../../src/base/small-bytes.ts";
import type { ProvedCredentials } from "../../src/controller/sender.ts";
import type { Connection } from "./connections.ts";
import { errorText } from "./log.ts";
import { firstBuffer, nextBuffer } from "./read-buffer.ts";

const MAX_UNSENT_BYTES = 33_554_432;
const CLOSE_TIMEOUT_MS = 10_000;

/** Carries, from the gateway to a controller, the token that opens a connection. The gateway takes it from nobody. */
export const CREDENTIALS_HEADER = "Quorate-Credentials";
/** Carries likewise the address that it comes from. */
export const HOST_HEADER = "Quorate-Client-Host";

/** Where a connection comes from. */
export interface Origin {
  /** The address of the other end, without its port; absent when it is not known. */
  readonly host?: string;
  /** The access token that has opened it; absent when none was asked for. */
  readonly credentials?: ProvedCredentials;
}

/** Where connections report to. */
export interface ConnectionHost {
  opened(connection: Connection, from: Origin): number;
  /** Resolves when the next bytes of this connection may come. */
  received(connectionId: number, bytes: Uint8Array): Promise<void>;
  closed(connectionId: number): void;
  /** Has a write begin with the others of the event that is being handled. */
  beginJointly(start: () => void): void;
}

/** Serves one TCP connection until it ends. */
export async function serveTcp(socket: Socket, host: ConnectionHost): Promise<void> {
  // Who accepted the connection has called this object by the address of the other end.
  const { localAddress } = await socket.opened;
  const connection = new TcpConnection(socket, host);
  const remoteHost = hostOf(localAddress);
  const from = remoteHost === undefined ? {} : { host: remoteHost };
  const connectionId = host.opened(connection, from);
  const reader = socket.readable.getReader({ mode: "byob" });
  try {
    let buffer = firstBuffer();
    for (;;) {
      const { value, done } = await reader.read(buffer);
      if (done || value === undefined) break;
      // A copy, because the buffer is read into again and the node may keep its bytes.
      await host.received(connectionId, copyOf(value));
      await connection.whenWritten();
      buffer = nextBuffer(value);
    }
  } catch {
    // A reset or an abort ends the connection like an orderly end does.
  } finally {
    host.closed(connectionId);
    connection.close("the other end is gone");
  }
}

/** Accepts one WebSocket upgrade and serves it until it ends. */
export function serveWebSocket(request: Request, host: ConnectionHost): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.binaryType = "arraybuffer";
  server.accept();
  const connection: Connection = {
    write: (bytes) => sendQuietly(server, bytes),
    close: (reason) => closeQuietly(server, 1000, reason),
  };
  const connectionId = host.opened(connection, originOf(request.headers));
  server.addEventListener("message", ({ data }) => {
    if (data instanceof ArrayBuffer) void host.received(connectionId, new Uint8Array(data));
    else endWebSocket(server, connectionId, host, "binary messages only");
  });
  server.addEventListener("close", () => endWebSocket(server, connectionId, host, "closed"));
  server.addEventListener("error", () => endWebSocket(server, connectionId, host, "failed"));
  return new Response(null, { status: 101, webSocket: client });
}

function originOf(headers: Headers): Origin {
  const host = headers.get(HOST_HEADER);
  const credentials = headers.get(CREDENTIALS_HEADER);
  return {
    ...(host === null ? {} : { host }),
    ...(credentials === null ? {} : { credentials: readCredentials(credentials) }),
  };
}

/** Credentials as CREDENTIALS_HEADER has them. */
export function credentialsText(credentials: ProvedCredentials): string {
  const { tokenId, secretHash, offset, principal } = credentials;
  return [tokenId, bytesToHex(secretHash), offset, encodeURIComponent(principal)].join(":");
}

function readCredentials(text: string): ProvedCredentials {
  const [tokenId = "", secretHash = "", offset, principal = ""] = text.split(":");
  return {
    tokenId,
    secretHash: hexToBytes(secretHash),
    offset: Number(offset),
    principal: decodeURIComponent(principal),
  };
}

/** The host of "host:port"; an IPv6 address may stand in brackets. */
function hostOf(address: string | undefined): string | undefined {
  return /^\[?(.*?)\]?:\d+$/.exec(address ?? "")?.[1];
}

class TcpConnection implements Connection {
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #unsent: Uint8Array[] = [];
  #unsentBytes = 0;
  #isWriting = false;
  #isClosing = false;
  #onWritten: (() => void) | null = null;

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#writer = socket.writable.getWriter();
  }

  write(bytes: Uint8Array): void {
    if (this.#isClosing) return;
    this.#unsent.push(bytes);
    this.#unsentBytes += bytes.length;
    if (this.#unsentBytes > MAX_UNSENT_BYTES) this.#abort("the other end does not read");
    else if (!this.#isWriting) {
      this.#isWriting = true;
      this.#host.beginJointly(() => void this.#writeAll());
    }
  }

  close(_reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    if (!this.#isWriting) void this.#end();
    else setTimeout(() => this.#abort("the other end does not read"), CLOSE_TIMEOUT_MS);
  }

  /**
   * Resolves when nothing is unsent, as Kafka's own server waits. Who does not read is not read from, and to begin to read
   * takes a while, which the answer would wait for.
   */
  whenWritten(): Promise<void> | undefined {
    if (!this.#isWriting) return undefined;
    return new Promise((resolve) => {
      this.#onWritten = resolve;
    });
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#unsent.length > 0) {
        const bytes = joined(this.#unsent);
        this.#unsent = [];
        await this.#writer.write(bytes);
        this.#unsentBytes -= bytes.length;
      }
    } catch (error) {
      this.#abort(errorText(error));
    }
    this.#isWriting = false;
    this.#onWritten?.();
    this.#onWritten = null;
    if (this.#isClosing) await this.#end();
  }

  #abort(reason: string): void {
    this.#isClosing = true;
    this.#unsent = [];
    this.#unsentBytes = 0;
    this.#writer.abort(reason).catch(() => undefined);
    this.#socket.close().catch(() => undefined);
  }

  async #end(): Promise<void> {
    try {
      await this.#writer.close();
      await this.#socket.close();
    } catch {
      // It is closed already.
    }
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1 && chunks[0] !== undefined) return chunks[0];
  const all = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    all.set(chunk, position);
    position += chunk.length;
  }
  return all;
}

function endWebSocket(
  socket: WebSocket,
  connectionId: number,
  host: ConnectionHost,
  reason: string,
): void {
  host.closed(connectionId);
  closeQuietly(socket, 1003, reason);
}

function sendQuietly(socket: WebSocket, bytes: Uint8Array): void {
  try {
    socket.send(bytes);
  } catch {
    // The close event of a broken socket reports it.
  }
}

function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason.slice(0, 120));
  } catch {
    // It is closed already.
  }
}
