/** One of the two clusters: sends it steps in its own values and tells what came of them under the shared names. */

import { APIS, type ApiName } from "../../src/protocol/apis.ts";
import { Connection, principalBytes, type Reply, requestFrame } from "./connection.ts";
import { type LoggedRecord, LogTail, NotLeader } from "./log-tail.ts";
import {
  bindRecord,
  type Json,
  type NormalRecord,
  normalAnswer,
  normalRecord,
} from "./normalize.ts";
import {
  ANONYMOUS,
  type Body,
  type EnvelopeStep,
  type Principal,
  type RequestStep,
} from "./step.ts";
import { END_OFFSET, Symbols } from "./symbols.ts";

export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** What came of a step at one side. */
export interface Outcome {
  /** The request in the side's own values. */
  readonly request: unknown;
  readonly answer: Json;
  readonly records: readonly NormalRecord[];
  readonly ms: number;
  /** The controller gave up leadership over it: nothing more can be told of this cluster. */
  readonly isResigned: boolean;
}

export interface SideOptions {
  readonly name: string;
  readonly clusterId: string;
  readonly port: () => Promise<number>;
  /** The active controller. */
  readonly controllerId: number;
  readonly stop: () => Promise<void>;
}

export class Side {
  readonly name: string;
  readonly symbols = new Symbols();
  readonly stop: () => Promise<void>;
  readonly #connection: Connection;
  readonly #tail: LogTail;

  constructor(options: SideOptions) {
    this.name = options.name;
    this.stop = async () => {
      await this.#connection.close();
      await options.stop();
    };
    this.#connection = new Connection(options.port);
    this.#tail = new LogTail(this.#connection);
    this.symbols.bind("text", "cluster", options.clusterId);
    this.symbols.set("controller", options.controllerId);
  }

  /** The versions of each API that this side offers. */
  async offered(): Promise<ReadonlyMap<number, VersionRange>> {
    const reply = await this.#connection.call("apiVersions", 3, {
      clientSoftwareName: "differential",
      clientSoftwareVersion: "1",
    });
    if (reply.kind !== "body") throw new Error(`${this.name} does not answer ApiVersions`);
    const keys = reply.body.apiKeys as readonly {
      apiKey: number;
      minVersion: number;
      maxVersion: number;
    }[];
    return new Map(
      keys.map(({ apiKey, minVersion, maxVersion }) => [
        apiKey,
        { min: minVersion, max: maxVersion },
      ]),
    );
  }

  /** Reads what the log got since the last step. */
  async readRecords(nowMs: number): Promise<NormalRecord[]> {
    const logged: LoggedRecord[] = await this.#tail.read();
    for (const { record } of logged) bindRecord(this.symbols, record);
    this.symbols.set(END_OFFSET, BigInt(this.#tail.endOffset));
    return logged.map(({ record }) => normalRecord(this.symbols, record, nowMs));
  }

  /** Asks this side alone, without a look at its log. */
  call(api: ApiName, version: number, body: Body, principal: Principal | null): Promise<Reply> {
    return this.#connection.call(api, version, this.symbols.resolve(body) as object, principal);
  }

  async perform(step: RequestStep): Promise<Outcome> {
    const nowMs = Date.now();
    const { api, version, principal } = step;
    const request = this.symbols.resolve(step.body) as object;
    const reply = await this.#connection.call(api, version, request, principal);
    return await this.#outcome(request, api, reply, nowMs);
  }

  /** Sends an Envelope that is wrong in one way. */
  async performEnvelope({ fault }: EnvelopeStep): Promise<Outcome> {
    const nowMs = Date.now();
    const inner = { api: "unregisterBroker", version: 0 } as const;
    const request = requestFrame(inner.api, inner.version, { brokerId: 987_654 });
    const envelope = {
      requestData: request,
      requestPrincipal: principalBytes(ANONYMOUS),
      clientHostAddress: Uint8Array.of(127, 0, 0, 1),
      ...faulty(fault, request),
    };
    const reply = await this.#connection.callEnvelope(envelope, inner);
    return await this.#outcome({ fault }, inner.api, reply, nowMs);
  }

  async #outcome(request: unknown, api: ApiName, reply: Reply, nowMs: number): Promise<Outcome> {
    const ms = Date.now() - nowMs;
    const records = await this.readRecords(nowMs).catch((error: unknown) => {
      if (error instanceof NotLeader || isRefused(error)) return null;
      throw error;
    });
    const answer: Json =
      reply.kind === "body"
        ? normalAnswer(this.symbols, { api, request: request as never, body: reply.body, nowMs })
        : { ...reply };
    return { request, answer, records: records ?? [], ms, isResigned: records === null };
  }
}

/** The process is dead. */
function isRefused(error: unknown): boolean {
  return (error as { code?: string }).code === "ECONNREFUSED";
}

function faulty(fault: EnvelopeStep["fault"], request: Uint8Array): object {
  switch (fault) {
    case "principal":
      return { requestPrincipal: Uint8Array.of(0, 9, 1, 2) };
    case "address":
      return { clientHostAddress: Uint8Array.of(127, 0, 1) };
    case "not-forwardable":
      return { requestData: requestFrame("describeCluster", 0, {}) };
    case "inner-version": {
      const frame = request.slice();
      frame[3] = 77;
      return { requestData: frame };
    }
    case "inner-bytes":
      return { requestData: request.slice(0, request.length - 2) };
  }
}

/** The versions of an API that both sides and the codec have. */
export function commonVersions(
  api: ApiName,
  sides: readonly ReadonlyMap<number, VersionRange>[],
): VersionRange | null {
  const { key, request } = APIS[api];
  let min: number = request.minVersion;
  let max: number = request.maxVersion;
  for (const offered of sides) {
    const range = offered.get(key);
    if (range === undefined) return null;
    min = Math.max(min, range.min);
    max = Math.min(max, range.max);
  }
  return min > max ? null : { min, max };
}
