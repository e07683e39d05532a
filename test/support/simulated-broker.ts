/** A broker without data: registers over the Kafka protocol and heartbeats, so that topics have somewhere to live. */

import { ErrorCode, errorName } from "../../src/base/error-code.ts";
import type { RequestInit } from "../../src/protocol/apis.ts";
import { BROKER_FEATURES } from "./broker-features.ts";
import type { KafkaClient } from "./kafka-client.ts";

const HEARTBEAT_INTERVAL_MS = 500;
const REGISTRATION_TIMEOUT_MS = 30_000;
const RETRY_MS = 50;

/** The cluster that a broker joins, whoever its controllers are. */
export interface BrokerHome {
  readonly clusterId: string;
  /** A connection to the active controller. */
  connect(): Promise<KafkaClient>;
}

export class SimulatedBroker {
  readonly brokerId: number;
  readonly #home: BrokerHome;
  #epoch = -1n;
  #running = true;
  #wantFence = false;
  #client: KafkaClient | null = null;
  #done: Promise<void> = Promise.resolve();

  private constructor(home: BrokerHome, brokerId: number) {
    this.#home = home;
    this.brokerId = brokerId;
  }

  /** Registers, is unfenced and goes on heartbeating, also after the active controller has changed. */
  static async start(home: BrokerHome, brokerId: number): Promise<SimulatedBroker> {
    const broker = new SimulatedBroker(home, brokerId);
    const random = crypto.getRandomValues(new Uint8Array(32));
    const request: RequestInit<"brokerRegistration"> = {
      brokerId,
      clusterId: home.clusterId,
      incarnationId: uuidOf(random.subarray(0, 16)),
      listeners: [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9092, securityProtocol: 0 }],
      features: BROKER_FEATURES,
      rack: null,
      logDirs: [uuidOf(random.subarray(16))],
      previousBrokerEpoch: -1n,
    };
    const { client, registered } = await broker.#register(request);
    if (registered.errorCode !== 0) throw new Error(`registration: ${registered.errorCode}`);
    broker.#epoch = registered.brokerEpoch;
    broker.#client = client;
    await broker.greet();
    broker.#done = broker.#keepAlive();
    return broker;
  }

  /** Asks again while whoever leads is not active yet. */
  async #register(request: RequestInit<"brokerRegistration">) {
    for (const endMs = Date.now() + REGISTRATION_TIMEOUT_MS; ; ) {
      const client = await this.#home.connect();
      const registered = await client.call("brokerRegistration", request);
      const isTooEarly = registered.errorCode === ErrorCode.NOT_CONTROLLER;
      if (!isTooEarly || Date.now() > endMs) return { client, registered };
      client.close();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  get epoch(): bigint {
    return this.#epoch;
  }

  /** Resolves when the controller that is active now has heard of this broker, fenced as it was or as is asked for. */
  async greet(fenced = this.#wantFence): Promise<void> {
    for (const endMs = Date.now() + REGISTRATION_TIMEOUT_MS; ; ) {
      try {
        await this.setFenced(fenced);
        return;
      } catch (error) {
        if (Date.now() > endMs) throw error;
        this.#client?.close();
        this.#client = null;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Asks to be fenced, or not to be any more; resolves when the controller says that it is so. */
  async setFenced(fenced: boolean): Promise<void> {
    this.#wantFence = fenced;
    this.#client ??= await this.#home.connect();
    const { errorCode, isFenced } = await this.#client.call("brokerHeartbeat", this.#heartbeat());
    if (errorCode !== 0 || isFenced !== fenced) {
      throw new Error(`broker ${this.brokerId}: ${errorName(errorCode)}, fenced ${isFenced}`);
    }
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
  }

  #heartbeat() {
    return {
      brokerId: this.brokerId,
      brokerEpoch: this.#epoch,
      currentMetadataOffset: BigInt(Number.MAX_SAFE_INTEGER),
      wantFence: this.#wantFence,
      wantShutDown: false,
    };
  }

  async #keepAlive(): Promise<void> {
    while (this.#running) {
      try {
        this.#client ??= await this.#home.connect();
        const { errorCode } = await this.#client.call("brokerHeartbeat", this.#heartbeat());
        if (errorCode !== 0) throw new Error(`heartbeat: ${errorCode}`);
      } catch {
        this.#client?.close();
        this.#client = null;
      }
      await new Promise((resolve) => setTimeout(resolve, HEARTBEAT_INTERVAL_MS));
    }
    this.#client?.close();
  }
}

function uuidOf(bytes: Uint8Array): string {
  const copy = new Uint8Array(bytes);
  copy[0] = (copy[0] ?? 0) & 0x3f;
  return Buffer.from(copy).toString("base64url");
}
