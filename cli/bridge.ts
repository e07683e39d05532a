// `quorate bridge`: runs beside brokers. It listens on one TCP port per controller and carries each
// connection over a WebSocket to that controller, wherever it is. Each side waits for the other.

import type { IncomingMessage } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import WebSocket from "ws";
import { LOOPBACK } from "./ports.ts";

/** What to bridge. */
export interface BridgeOptions {
  /** The base URL of the gateway: http, https, ws or wss. */
  url: string;
  /** The local TCP port of each controller, by id. */
  ports: ReadonlyMap<number, number>;
  /** The access token that opens connections; absent where none is needed. */
  token?: string | undefined;
  /** Where to say, in one line, that a controller is away or back. */
  print: (line: string) => void;
}

/** A running bridge. */
export interface Bridge {
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

const MAX_UNSENT_BYTES = 1_048_576;
const MAX_MESSAGE_BYTES = 33_554_432;
const CONNECT_TIMEOUT_MS = 10_000;
const PING_MS = 20_000;
const MAX_MESSAGE_LENGTH = 300;

/** Starts listening; the other end need not be there yet. */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  try {
    for (const [controllerId, port] of options.ports) {
      const link = new Link(controllerId, options);
      servers.push(
        await listen(port, (socket) => {
          sockets.add(socket);
          socket.once("close", () => sockets.delete(socket));
          link.carry(socket);
        }),
      );
    }
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return {
    close: async () => {
      const closed = servers.map((server) => new Promise((done) => server.close(done)));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

function listen(port: number, onSocket: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, onSocket);
    server.once("error", reject);
    server.listen(port, LOOPBACK, () => resolve(server));
  });
}

/** The way to one controller. */
class Link {
  readonly #controllerId: number;
  readonly #url: URL;
  readonly #print: (line: string) => void;
  readonly #headers: Readonly<Record<string, string>>;
  #isAway = false;

  constructor(controllerId: number, options: BridgeOptions) {
    this.#controllerId = controllerId;
    this.#print = options.print;
    this.#headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    this.#url = new URL(`controllers/${controllerId}/kafka`, `${options.url.replace(/\/+$/, "")}/`);
    this.#url.protocol = this.#url.protocol.replace("http", "ws");
  }

  /** Carries one TCP connection until either end is gone. The socket comes paused. */
  carry(socket: Socket): void {
    const remote = new WebSocket(this.#url, {
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      headers: this.#headers,
    });
    remote.once("open", () => {
      this.#onBack();
      keepAlive(remote);
      socket.resume();
    });
    socket.on("data", (bytes) => {
      remote.send(bytes, () => {
        if (remote.bufferedAmount <= MAX_UNSENT_BYTES) socket.resume();
      });
      if (remote.bufferedAmount > MAX_UNSENT_BYTES) socket.pause();
    });
    remote.on("message", (bytes: Buffer) => {
      if (!socket.write(bytes)) remote.pause();
    });
    socket.on("drain", () => remote.resume());
    socket.once("end", () => remote.close());
    socket.once("error", () => remote.terminate());
    socket.once("close", () => remote.close());
    remote.once("close", () => socket.end());
    remote.once("unexpected-response", (request, response) => {
      void this.#onRefused(response).finally(() => {
        request.destroy();
        socket.destroy();
      });
    });
    remote.once("error", (error) => {
      this.#onAway((error as NodeJS.ErrnoException).code ?? error.message);
      socket.destroy();
    });
  }

  async #onRefused(response: IncomingMessage): Promise<void> {
    const status = response.statusCode ?? 0;
    if (status !== 401 && status !== 403) {
      this.#onAway(`status ${status}`);
      return;
    }
    const message = await messageOf(response);
    if (this.#isAway) return;
    this.#isAway = true;
    const what = status === 401 ? "needs an access token" : "does not let this token in";
    this.#print(
      `controller ${this.#controllerId} ${what} (--token or QUORATE_TOKEN): ${this.#url.href}: ${status} ${message}`,
    );
  }

  #onAway(reason: string): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#print(
      `controller ${this.#controllerId} is away: ${this.#url.href}: ${reason}. Trying again with the next connection.`,
    );
  }

  #onBack(): void {
    if (this.#isAway) this.#print(`controller ${this.#controllerId} is back`);
    this.#isAway = false;
  }
}

/** What a gateway says of a request that it refuses; on one line, whatever it is. */
async function messageOf(response: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const chunk of response.setEncoding("utf8")) text += chunk;
    text = (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    // What is not JSON is shown as it is.
  }
  return text.replaceAll(/\s+/g, " ").slice(0, MAX_MESSAGE_LENGTH);
}

/** Pings the other end, so that silence on the way does not last for ever. */
function keepAlive(remote: WebSocket): void {
  let isAlive = true;
  const timer = setInterval(() => {
    if (!isAlive) remote.terminate();
    isAlive = false;
    remote.ping();
  }, PING_MS);
  remote.on("pong", () => {
    isAlive = true;
  });
  remote.once("close", () => clearInterval(timer));
}
