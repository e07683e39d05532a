/** A broker without data: registers over the Kafka protocol and heartbeats, so that topics have somewhere to live. */

import { BROKER_FEATURES } from "./broker-features.ts";
import type { KafkaClient } from "./kafka-client.ts";
import type { Quorate } from "./quorate.ts";

const HEARTBEAT_INTERVAL_MS = 500;
export class SimulatedBroker {
  readonly brokerId: number;
  readonly #quorate: Quorate;
  #epoch = -1n;
  #running = true;
  #done: Promise<void> = Promise.resolve();

  private constructor(quorate: Quorate, brokerId: number) {
    this.#quorate = quorate;
    this.brokerId = brokerId;
  }

  /** Registers, is unfenced and goes on heartbeating, also after the active controller has changed. */
  static async start(quorate: Quorate, brokerId: number): Promise<SimulatedBroker> {
    const broker = new SimulatedBroker(quorate, brokerId);
    const client = await quorate.connect();
    const random = crypto.getRandomValues(new Uint8Array(32));
    const registered = await client.call("brokerRegistration", {
      brokerId,
      clusterId: quorate.clusterId,
      incarnationId: uuidOf(random.subarray(0, 16)),
      listeners: [{ name: "PLAINTEXT", host: "127.0.0.1", port: 9092, securityProtocol: 0 }],
      features: BROKER_FEATURES,
      rack: null,
      logDirs: [uuidOf(random.subarray(16))],
      previousBrokerEpoch: -1n,
    });
    if (registered.errorCode !== 0) throw new Error(`registration: ${registered.errorCode}`);
    broker.#epoch = registered.brokerEpoch;
    const unfenced = await client.call("brokerHeartbeat", broker.#heartbeat());
    if (unfenced.errorCode !== 0 || unfenced.isFenced) throw new Error("was not unfenced");
    broker.#done = broker.#keepAlive(client);
    return broker;
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
      wantFence: false,
      wantShutDown: false,
    };
  }

  async #keepAlive(first: KafkaClient): Promise<void> {
    let client: KafkaClient | null = first;
    while (this.#running) {
      try {
        client ??= await this.#quorate.connect();
        const { errorCode } = await client.call("brokerHeartbeat", this.#heartbeat());
        if (errorCode !== 0) throw new Error(`heartbeat: ${errorCode}`);
      } catch {
        client?.close();
        client = null;
      }
      await new Promise((resolve) => setTimeout(resolve, HEARTBEAT_INTERVAL_MS));
    }
    client?.close();
  }
}

function uuidOf(bytes: Uint8Array): string {
  const copy = new Uint8Array(bytes);
  copy[0] = (copy[0] ?? 0) & 0x3f;
  return Buffer.from(copy).toString("base64url");
}
