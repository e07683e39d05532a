/** A fetch whose answers are written down beforehand, and a client that has no other. */
import { QuorateClient, type QuorateClientOptions } from "../../src/client/quorate-client.ts";

export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: unknown;
  /** Since the gateway was made. */
  readonly atMs: number;
}

type Reply = (signal: AbortSignal) => Response | Promise<Response>;

export class FakeGateway {
  readonly seen: Seen[] = [];
  readonly #replies: Reply[] = [];
  readonly #startedMs = performance.now();

  /** What the next requests get; the last one is given again and again. */
  give(...replies: readonly Reply[]): this {
    this.#replies.push(...replies);
    return this;
  }

  client(options: Partial<QuorateClientOptions> = {}): QuorateClient {
    return new QuorateClient({
      url: "http://gateway.test",
      clusterId: "cluster-1",
      fetch: (url, init) => this.#answer(url, init),
      ...options,
    });
  }

  async #answer(url: string, init: RequestInit): Promise<Response> {
    const { pathname, search, origin } = new URL(url);
    if (origin !== "http://gateway.test") throw new Error(`asked of ${origin}`);
    this.seen.push({
      method: init.method ?? "",
      target: `${pathname}${search}`,
      headers: new Headers(init.headers),
      body: typeof init.body === "string" ? JSON.parse(init.body) : null,
      atMs: performance.now() - this.#startedMs,
    });
    const reply = this.#replies.length > 1 ? this.#replies.shift() : this.#replies[0];
    if (reply === undefined || !init.signal) throw new Error("nothing is to be answered");
    return reply(init.signal);
  }
}

/** Tells of a failed connection as Node does. */
export function lost(): never {
  const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  throw new TypeError("fetch failed", { cause });
}

/** Never answers, until the client gives up. */
export function silent(signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

export function json(
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): () => Response {
  return () =>
    new Response(JSON.stringify(body), {
      status,
      headers: { "Content-Type": "application/json", "X-Request-Id": "request-1", ...headers },
    });
}

export function failure(
  status: number,
  errorCode: number,
  headers: Record<string, string> = {},
): () => Response {
  const body = { error_code: errorCode, message: `error ${errorCode}` };
  return json(body, { status, headers });
}

export function nothing(headers: Record<string, string> = {}): () => Response {
  return () => new Response(null, { status: 204, headers });
}

/** A body that comes in these pieces, and then ends, breaks, or says nothing more. */
export function stream(
  pieces: readonly (string | Uint8Array)[],
  {
    after = "end",
    headers = {},
  }: { after?: "end" | "break" | "silence"; headers?: Record<string, string> } = {},
): () => Response {
  return () => {
    const encoder = new TextEncoder();
    const left = [...pieces];
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const piece = left.shift();
          if (piece !== undefined) {
            controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
          } else if (after === "end") controller.close();
          else if (after === "break") controller.error(new TypeError("terminated"));
          else await new Promise(() => undefined);
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { status: 200, headers });
  };
}
