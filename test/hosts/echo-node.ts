// A node that echoes: enough behaviour to prove every path of the host, and nothing of Kafka. Frames
// are length-prefixed text and come back as they are, but for the commands below.

import type { Sql } from "../../src/base/sql.ts";
import type {
  ControllerNode,
  NodeEffect,
  NodeEvent,
  NodeOptions,
} from "../../src/controller/node-event.ts";

/** A gateway call the echo node understands. */
export type EchoRequest =
  | { kind: "get"; key: string }
  | { kind: "put"; key: string; value: string }
  | { kind: "stats" }
  /** "read" is what the host opens no transaction for. */
  | { kind: "throw-after-put" | "read"; key: string; value: string }
  | { kind: "tick-after"; waitMs: number }
  | { kind: "call-peer"; voterId: number; timeoutMs: number; text: string }
  | { kind: "never" };

interface Origin {
  callId: number;
  startedMs: number;
}

/** Builds an echo node. */
export function createNode(sql: Sql, options: NodeOptions): ControllerNode {
  return new EchoNode(sql, options);
}

class EchoNode implements ControllerNode {
  readonly #sql: Sql;
  readonly #options: NodeOptions;
  readonly #buffers = new Map<number, Uint8Array>();
  /** Where each connection comes from. */
  readonly #hosts = new Map<number, string>();
  readonly #origins = new Map<number, Origin>();
  #tickAfter: Origin | null = null;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #nextCorrelationId = 1;
  #events = 0;

  constructor(sql: Sql, options: NodeOptions) {
    this.#sql = sql;
    this.#options = options;
    sql.exec(`CREATE TABLE IF NOT EXISTS frames (id INTEGER PRIMARY KEY, bytes BLOB);
      CREATE TABLE IF NOT EXISTS pairs (key TEXT PRIMARY KEY, value TEXT)`);
  }

  nextDeadlineMs(): number {
    return this.#deadlineMs;
  }

  pendingCount(): number {
    return 0;
  }

  handle(events: readonly NodeEvent[], nowMs: number): NodeEffect[] {
    return events.flatMap((event) => this.#handle(event, nowMs));
  }

  #handle(event: NodeEvent, nowMs: number): NodeEffect[] {
    this.#events += 1;
    switch (event.kind) {
      case "connected":
        this.#buffers.set(event.connectionId, new Uint8Array());
        this.#hosts.set(event.connectionId, event.host ?? "unknown");
        return [];
      case "disconnected":
        this.#buffers.delete(event.connectionId);
        this.#hosts.delete(event.connectionId);
        return [];
      case "bytes":
        return this.#onBytes(event.connectionId, event.bytes);
      case "peer-request":
        return this.#onPeerRequest(event.callId, event.bytes);
      case "peer-response":
        return this.#onPeerEnd(event.correlationId, text(event.bytes), nowMs);
      case "peer-failure":
        return this.#onPeerEnd(event.correlationId, `failed: ${event.reason}`, nowMs);
      case "api":
        return this.#onApi(event.callId, event.request as EchoRequest, nowMs);
      case "tick":
        return this.#onTick(nowMs);
    }
  }

  #onBytes(connectionId: number, bytes: Uint8Array): NodeEffect[] {
    const effects: NodeEffect[] = [];
    const buffered = this.#buffers.get(connectionId);
    if (buffered === undefined) return [];
    let rest = concat(buffered, bytes);
    while (rest.length >= 4) {
      const size = new DataView(rest.buffer, rest.byteOffset).getUint32(0) + 4;
      if (rest.length < size) break;
      const frame = rest.slice(0, size);
      rest = rest.subarray(size);
      const command = size < 64 ? text(frame.subarray(4)) : "";
      if (command === "throw") throw new Error("told to throw");
      if (command === "close") {
        this.#buffers.delete(connectionId);
        return [{ kind: "close", connectionId, reason: "told to close" }];
      }
      if (command === "stored") this.#sql.exec("INSERT INTO frames (bytes) VALUES (?)", frame);
      effects.push({ kind: "write", connectionId, bytes: frame });
    }
    this.#buffers.set(connectionId, rest.slice());
    return effects;
  }

  #onPeerRequest(callId: number, bytes: Uint8Array): NodeEffect[] {
    if (text(bytes) === "never") return [];
    const answer = `${this.#options.controllerId} heard ${text(bytes)}`;
    return [{ kind: "peer-reply", callId, bytes: new TextEncoder().encode(answer) }];
  }

  #onPeerEnd(correlationId: number, outcome: string, nowMs: number): NodeEffect[] {
    const origin = this.#origins.get(correlationId)!;
    this.#origins.delete(correlationId);
    const reply = { outcome, tookMs: nowMs - origin.startedMs };
    return [{ kind: "api-reply", callId: origin.callId, reply }];
  }

  #onApi(callId: number, request: EchoRequest, nowMs: number): NodeEffect[] {
    const reply = (value: unknown): NodeEffect[] => [{ kind: "api-reply", callId, reply: value }];
    switch (request.kind) {
      case "get": {
        const rows = this.#sql.all("SELECT value FROM pairs WHERE key = ?", request.key);
        return reply({ value: rows[0]?.value ?? null });
      }
      case "put":
        this.#put(request.key, request.value);
        return reply({ value: request.value });
      case "stats": {
        const frames = this.#sql.all("SELECT count(*) AS n FROM frames")[0]?.n;
        const hosts = [...this.#hosts.values()];
        return reply({ frames, events: this.#events, connections: this.#buffers.size, hosts });
      }
      case "read":
      case "throw-after-put":
        this.#put(request.key, request.value);
        throw new Error("told to throw");
      case "tick-after":
        this.#deadlineMs = nowMs + request.waitMs;
        this.#tickAfter = { callId, startedMs: nowMs };
        return [];
      case "call-peer":
        return this.#callPeer(callId, request, nowMs);
      case "never":
        return [];
    }
  }

  #callPeer(
    callId: number,
    { voterId, timeoutMs, text }: Extract<EchoRequest, { kind: "call-peer" }>,
    nowMs: number,
  ): NodeEffect[] {
    const correlationId = this.#nextCorrelationId++;
    this.#origins.set(correlationId, { callId, startedMs: nowMs });
    const bytes = new TextEncoder().encode(text);
    return [{ kind: "peer-call", voterId, correlationId, bytes, timeoutMs }];
  }

  #onTick(nowMs: number): NodeEffect[] {
    if (nowMs < this.#deadlineMs || this.#tickAfter === null) return [];
    const { callId, startedMs } = this.#tickAfter;
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    this.#tickAfter = null;
    return [{ kind: "api-reply", callId, reply: { tookMs: nowMs - startedMs } }];
  }

  #put(key: string, value: string): void {
    this.#sql.exec("INSERT OR REPLACE INTO pairs (key, value) VALUES (?, ?)", key, value);
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
