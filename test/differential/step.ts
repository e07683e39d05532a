/** What a run does next: a request that both sides get, written with the names of `symbols.ts`. */

import type { ApiName } from "../../src/protocol/apis.ts";

/** A body as a generator writes it; names stand for the values that each side has of its own. */
export type Body = Readonly<Record<string, unknown>>;

export interface RequestStep {
  readonly kind: "request";
  readonly api: ApiName;
  readonly version: number;
  readonly body: Body;
  /** Sent inside an Envelope in this principal's name; null for as it is. */
  readonly principal: Principal | null;
  /** Topics whose replicas the controller places at random: their placement is compared by its properties. */
  readonly placedTopics: ReadonlySet<string>;
  /** Steps that must be next, such as deleting what was placed at random. */
  readonly followUps: readonly RequestStep[];
}

/** Bytes that are an Envelope but do not hold a request as they should. */
export interface EnvelopeStep {
  readonly kind: "envelope";
  readonly fault: "principal" | "address" | "not-forwardable" | "inner-version" | "inner-bytes";
}

/** Brokers fall silent until their sessions have ended; all others go on. */
export interface SilenceStep {
  readonly kind: "silence";
  readonly brokerIds: readonly number[];
}

export type Step = RequestStep | EnvelopeStep | SilenceStep;

export interface Principal {
  readonly type: string;
  readonly name: string;
  readonly tokenAuthenticated: boolean;
}

/** The principal of a connection without authentication, which is a super user here. */
export const ANONYMOUS: Principal = { type: "User", name: "ANONYMOUS", tokenAuthenticated: false };

/** A request in the connection's own name, with nothing placed at random. */
export function bareRequest(api: ApiName, version: number, body: Body): RequestStep {
  const placedTopics: ReadonlySet<string> = new Set();
  return { kind: "request", api, version, body, principal: null, placedTopics, followUps: [] };
}

export function describeStep(step: Step): string {
  switch (step.kind) {
    case "silence":
      return `brokers ${step.brokerIds.join(", ")} fall silent until their sessions end`;
    case "envelope":
      return `Envelope with a wrong ${step.fault}`;
    case "request": {
      const { principal } = step;
      const as = principal === null ? "" : ` as ${principal.type}:${principal.name}`;
      return `${step.api} v${step.version}${as} ${showJson(step.body)}`;
    }
  }
}

/** JSON for people: big numbers as numbers, bytes as base64. */
export function showJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "bigint") return Number(inner);
    if (isBufferJson(inner)) return `base64:${Buffer.from(inner.data).toString("base64")}`;
    if (inner instanceof Uint8Array) return `base64:${Buffer.from(inner).toString("base64")}`;
    return inner;
  });
}

function isBufferJson(value: unknown): value is { type: "Buffer"; data: number[] } {
  return (
    typeof value === "object" && value !== null && (value as { type?: string }).type === "Buffer"
  );
}
