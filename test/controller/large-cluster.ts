/**
 * One controller on SQL with thousands of partitions: every event is handed to it alone, and what the event cost is
 * counted.
 */

import { Prng } from "../../src/base/prng.ts";
import type { Row, SqlValue } from "../../src/base/sql.ts";
import { randomUuid, type Uuid } from "../../src/base/uuid.ts";
import { createNodeOnStores, type OpenNode } from "../../src/controller/controller-node.ts";
import type { NodeEvent } from "../../src/controller/node-event.ts";
import { sqlStores } from "../../src/controller/node-stores.ts";
import type { QuorumController } from "../../src/controller/quorum-controller.ts";
import { APIS, type ApiName, type RequestInit, type ResponseOf } from "../../src/protocol/apis.ts";
import { FrameSplitter } from "../../src/protocol/frame-splitter.ts";
import { readBatches, readRecords } from "../../src/protocol/record-batch.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";
import type { MetadataView } from "../../src/state/metadata-view.ts";
import { NodeSql } from "../support/node-sql.ts";

class CountingSql extends NodeSql {
  statements = 0;
  rowsRead = 0;

  override exec(statement: string, ...params: SqlValue[]): void {
    this.statements += 1;
    super.exec(statement, ...params);
  }

  override all(statement: string, ...params: SqlValue[]): Row[] {
    const rows = super.all(statement, ...params);
    this.statements += 1;
    this.rowsRead += rows.length;
    return rows;
  }
}

/** What happened since `LargeCluster.measure` began. */
export interface Cost {
  /** Events that the controller handled. */
  events: number;
  /** Of the event that took longest. */
  longestMs: number;
  /** Of the event that had most. */
  statements: number;
  rowsRead: number;
  /** Records of each batch that was written, and the bytes of the largest. */
  readonly batches: number[];
  largestBatchBytes: number;
}

export interface LargeClusterOptions {
  /** Broker ids count from 1. */
  readonly brokers: number;
  readonly elr?: boolean;
  readonly properties?: Readonly<Record<string, string>>;
}

export class LargeCluster {
  nowMs = 1_700_000_000_000;
  readonly #sql = new CountingSql();
  readonly #properties: Readonly<Record<string, string>>;
  #node: OpenNode;
  readonly #splitter = new FrameSplitter(64 * 1024 * 1024);
  readonly #prng = Prng.fromNumber(1);
  readonly #clusterId: Uuid;
  readonly #epochs = new Map<number, bigint>();
  #frames: Uint8Array[] = [];
  #correlationId = 0;
  #cost: Cost = emptyCost();

  constructor({ brokers, elr = false, properties = {} }: LargeClusterOptions) {
    const prng = this.#prng;
    this.#clusterId = randomUuid(prng);
    this.#properties = { "leader.imbalance.check.interval.seconds": "60", ...properties };
    this.#node = this.#open();
    const self = { id: 1, host: "127.0.0.1", port: 9093, directoryId: randomUuid(prng) };
    const document = {
      clusterId: this.#clusterId,
      controllers: [self],
      metadataVersion: elr ? 26 : 25,
      accessToken: null,
      features: elr ? { "eligible.leader.replicas.version": 1 } : {},
    };
    this.#handle({ kind: "api", callId: 1, request: { kind: "format", document } });
    while (!this.quorum.isActive) this.tick();
    this.#handle({ kind: "connected", connectionId: 1 });
    for (let brokerId = 1; brokerId <= brokers; brokerId++) this.#join(brokerId);
  }

  /** The process ends and begins anew. */
  restart(): void {
    this.#node = this.#open();
    this.#handle({ kind: "connected", connectionId: 1 });
  }

  get quorum(): QuorumController {
    const { quorum } = this.#node;
    if (quorum === null) throw new Error("the controller is not formatted");
    return quorum;
  }

  view(): MetadataView {
    return this.quorum.view();
  }

  epochOf(brokerId: number): bigint {
    return this.#epochs.get(brokerId) ?? -1n;
  }

  /** What `run` costs. */
  measure(run: () => void): Cost {
    this.#cost = emptyCost();
    const startOffset = this.quorum.log.endOffset;
    run();
    const cost = this.#cost;
    const { endOffset } = this.quorum.log;
    for (let offset = startOffset; offset < endOffset; ) {
      for (const batch of readBatches(this.quorum.log.read(offset, 1, endOffset))) {
        offset = batch.lastOffset + 1;
        cost.batches.push(readRecords(batch).length);
        cost.largestBatchBytes = Math.max(cost.largestBatchBytes, batch.bytes.length);
      }
    }
    return cost;
  }

  /** Topics with one batch of requests each; every partition has replicas on three brokers. */
  create(topics: number, partitionsOfEach: number): void {
    const perRequest = Math.max(1, Math.floor(5000 / partitionsOfEach));
    for (let first = 0; first < topics; first += perRequest) {
      const count = Math.min(perRequest, topics - first);
      const named = Array.from({ length: count }, (_, i) => ({
        name: `topic-${String(first + i).padStart(5, "0")}`,
        numPartitions: partitionsOfEach,
        replicationFactor: 3,
      }));
      const { topics: answers } = this.call("createTopics", { topics: named, timeoutMs: 5000 });
      const refused = answers.find(({ errorCode }) => errorCode !== 0);
      if (refused !== undefined) throw new Error(`not created: ${refused.errorMessage}`);
    }
  }

  /** Sends a request and lets time pass until it is answered. */
  call<N extends ApiName>(
    api: N,
    body: RequestInit<N>,
    version: number = APIS[api].request.maxVersion,
  ): ResponseOf<N> {
    const correlationId = this.#correlationId++;
    const request = encodeRequest({ api, version, correlationId, clientId: "client", body });
    const bytes = new Uint8Array(4 + request.length);
    new DataView(bytes.buffer).setInt32(0, request.length);
    bytes.set(request, 4);
    this.#handle({ kind: "bytes", connectionId: 1, bytes });
    while (this.#frames.length === 0) this.tick();
    return decodeResponse(api, version, this.#frames.shift() ?? new Uint8Array(0)).body;
  }

  /** A new life of a broker, which does not know how the one before ended; returns the error code. */
  register(brokerId: number): number {
    const range = (name: string, maxSupportedVersion: number) => ({
      name,
      minSupportedVersion: 0,
      maxSupportedVersion,
    });
    const { errorCode, brokerEpoch } = this.call("brokerRegistration", {
      brokerId,
      clusterId: this.#clusterId,
      incarnationId: randomUuid(this.#prng),
      listeners: [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9000, securityProtocol: 0 }],
      features: [
        range("metadata.version", 33),
        range("kraft.version", 1),
        range("eligible.leader.replicas.version", 1),
      ],
      rack: null,
      logDirs: [randomUuid(this.#prng)],
      previousBrokerEpoch: -1n,
    });
    if (errorCode === 0) this.#epochs.set(brokerId, brokerEpoch);
    return errorCode;
  }

  heartbeat(
    brokerId: number,
    wants: Partial<RequestInit<"brokerHeartbeat">> = {},
  ): ResponseOf<"brokerHeartbeat"> {
    return this.call("brokerHeartbeat", {
      brokerId,
      brokerEpoch: this.epochOf(brokerId),
      currentMetadataOffset: BigInt(this.quorum.log.endOffset - 1),
      wantFence: false,
      wantShutDown: false,
      ...wants,
    });
  }

  /** Lets the next deadline come. */
  tick(): void {
    this.nowMs = Math.max(this.nowMs, this.#node.nextDeadlineMs());
    this.#handle({ kind: "tick" });
  }

  /** Lets time pass; all of `alive` go on sending heartbeats. */
  run(ms: number, alive: readonly number[]): void {
    const endMs = this.nowMs + ms;
    while (this.nowMs < endMs) {
      const nextMs = Math.min(this.nowMs + 1000, endMs);
      while (this.#node.nextDeadlineMs() <= nextMs) this.tick();
      this.nowMs = nextMs;
      for (const brokerId of alive) this.heartbeat(brokerId);
    }
  }

  #open(): OpenNode {
    return createNodeOnStores(sqlStores(this.#sql), {
      controllerId: 1,
      seed: new Uint8Array(16),
      nowMs: this.nowMs,
      properties: this.#properties,
    });
  }

  #join(brokerId: number): void {
    this.register(brokerId);
    if (this.heartbeat(brokerId).isFenced) throw new Error(`broker ${brokerId} stays fenced`);
  }

  #handle(event: NodeEvent): void {
    const { statements, rowsRead } = this.#sql;
    const beganMs = performance.now();
    const effects = this.#sql.transactionSync(() => this.#node.handle([event], this.nowMs));
    const cost = this.#cost;
    cost.events += 1;
    cost.longestMs = Math.max(cost.longestMs, performance.now() - beganMs);
    cost.statements = Math.max(cost.statements, this.#sql.statements - statements);
    cost.rowsRead = Math.max(cost.rowsRead, this.#sql.rowsRead - rowsRead);
    for (const effect of effects) {
      if (effect.kind === "write") this.#frames.push(...this.#splitter.push(effect.bytes));
      if (effect.kind === "close") throw new Error(`the connection was closed: ${effect.reason}`);
    }
  }
}

function emptyCost(): Cost {
  return { events: 0, longestMs: 0, statements: 0, rowsRead: 0, batches: [], largestBatchBytes: 0 };
}
