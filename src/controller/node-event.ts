// The door between a controller node and its host: what may happen to a node, and what it asks for.
// The host delivers a batch of events inside one transaction and performs the effects after it, in
// order; a throw rolls the whole batch back and the node is built again from its stores.

import type { Sql } from "../base/sql.ts";
import type { LogFields } from "./event-lines.ts";
import type { ProvedCredentials } from "./sender.ts";

/** A gateway call: any object that survives a structured clone. */
export type ApiRequest = unknown;

/** The answer to a gateway call: any object that survives a structured clone. */
export type ApiReply = unknown;

/** Something that happened to the node. */
export type NodeEvent =
  /**
   * `host` is the address of the other end as text, when the host knows it; `credentials` what the connection was opened
   * with, where that was asked for.
   */
  | {
      kind: "connected";
      connectionId: number;
      host?: string | undefined;
      credentials?: ProvedCredentials | undefined;
    }
  /** Raw stream bytes: frames may be split or joined. The node may keep the array. */
  | { kind: "bytes"; connectionId: number; bytes: Uint8Array }
  /** The other end is gone. Never follows a `close` effect, and nothing follows it. */
  | { kind: "disconnected"; connectionId: number }
  /**
   * A request of a peer controller: a Kafka request, header and body without size prefix, or the question who leads
   * (`leader-question.ts`).
   */
  | { kind: "peer-request"; callId: number; bytes: Uint8Array }
  | { kind: "peer-response"; correlationId: number; bytes: Uint8Array }
  /** The call was rejected or its deadline passed; whether the peer acted on it is unknown. */
  | { kind: "peer-failure"; correlationId: number; reason: string }
  | { kind: "api"; callId: number; request: ApiRequest }
  /** The deadline the node named has passed. */
  | { kind: "tick" };

/** Something the node wants done after its writes. */
export type NodeEffect =
  /** Complete response frames, in order. */
  | { kind: "write"; connectionId: number; bytes: Uint8Array }
  /** Ends a connection after what was written to it; no further event names it. */
  | { kind: "close"; connectionId: number; reason: string }
  /** Answered by exactly one `peer-response` or `peer-failure`. */
  | {
      kind: "peer-call";
      voterId: number;
      correlationId: number;
      bytes: Uint8Array;
      timeoutMs: number;
    }
  | { kind: "peer-reply"; callId: number; bytes: Uint8Array }
  | { kind: "api-reply"; callId: number; reply: ApiReply }
  /** One line for the operator: facts, never secrets. */
  | { kind: "log"; event: string; fields: LogFields };

/** Does something at once, unless what was written before is still on its way to the disk. */
export type DoNow = (effects: readonly NodeEffect[]) => void;

/** A controller node: synchronous, a few events at a time. */
export interface ControllerNode {
  /**
   * Handles events in their order; runs inside the host's transaction and returns what to do after it. What need not wait
   * for the transaction is handed to `doNow` before anything is written that it does not rest on, where there is one.
   */
  handle(events: readonly NodeEvent[], nowMs: number, doNow?: DoNow): NodeEffect[];
  /** How many changes wait for other controllers to be answered. */
  pendingCount(): number;
  /** When the node wants its next `tick`, in absolute ms; Infinity for never. */
  nextDeadlineMs(): number;
}

/** What a node is told when it is built. */
export interface NodeOptions {
  /** The id under which the host reaches this controller. */
  controllerId: number;
  /** Sixteen random bytes: the only randomness of the node. */
  seed: Uint8Array;
  nowMs: number;
  /** What server.properties says, by Kafka's names; defaults when absent. */
  properties?: Readonly<Record<string, string>>;
}

/** Builds a node on its stores, which may be empty; it is ready at once. */
export type NodeFactory = (sql: Sql, options: NodeOptions) => ControllerNode;
