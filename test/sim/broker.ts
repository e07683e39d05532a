/**
 * A simulated broker: registers, heartbeats, reads the metadata log, asks for ISR changes where it leads, and dies,
 * stalls or shuts down as it is told. It talks to controllers over Kafka connections only.
 */

import { ErrorCode } from "../../src/base/error-code.ts";
import type { Prng } from "../../src/base/prng.ts";
import { randomUuid } from "../../src/base/uuid.ts";
import type { ApiName, RequestInit, ResponseOf } from "../../src/protocol/apis.ts";
import { BROKER_FEATURES } from "../support/broker-features.ts";
import { BrokerDuties } from "./broker-duties.ts";
import { BrokerImage } from "./broker-image.ts";
import { ControllerDirectory } from "./controller-directory.ts";
import { KafkaLink } from "./kafka-link.ts";
import type { World } from "./world.ts";

const HEARTBEAT_MS = 2000;
const RETRY_MS = 100;
const GIVE_UP_MS = 4500;

export class Broker {
  readonly id: number;
  readonly image: BrokerImage;
  readonly prng: Prng;
  readonly #world: World;
  readonly #directory: ControllerDirectory;
  readonly #duties: BrokerDuties;
  #link: KafkaLink | null = null;
  #incarnationId = "";
  readonly logDirs: readonly string[];
  /** -1 while it is not registered. */
  epoch = -1n;
  #previousEpoch = -1n;
  isFenced = true;
  /** How long to stay away after a shutdown that was asked for; null when none was. */
  #shutDownForMs: number | null = null;
  /** Grows when an older answer or timer must not count any more. */
  #life = 0;
  isUp = false;
  #pausedUntilMs = 0;
  /** What has to wait until the pause is over. */
  #stalled: { readonly life: number; readonly act: () => void }[] = [];

  constructor(world: World, id: number, prng: Prng) {
    this.#world = world;
    this.id = id;
    this.prng = prng;
    this.#directory = new ControllerDirectory(world.plan.controllers, prng);
    const version = [16, 17, 18][id % 3] ?? 18;
    this.image = new BrokerImage(world, id, version, this.#directory);
    this.#duties = new BrokerDuties(world, this);
    this.logDirs = [randomUuid(prng), randomUuid(prng)];
  }

  /** Begins a new life. */
  start(): void {
    if (this.isUp) return;
    this.isUp = true;
    this.#life += 1;
    this.#incarnationId = randomUuid(this.prng);
    this.#shutDownForMs = null;
    this.image.start();
    this.#register(this.#life);
    this.#duties.start(this.#life);
  }

  /** Dies without a word. */
  crash(wipe: boolean): void {
    if (!this.isUp) return;
    this.#end();
    if (!wipe) return;
    this.image.wipe();
    this.#previousEpoch = -1n;
  }

  /** Asks to leave in good order, and comes back some time after it was let go. */
  shutDown(downMs: number): void {
    this.#shutDownForMs = downMs;
    this.#world.witness.leaving(this.id);
  }

  /** Does nothing of its own for a while, as in a long garbage collection. */
  pause(forMs: number): void {
    const { scheduler } = this.#world;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, scheduler.nowMs + forMs);
    scheduler.at(this.#pausedUntilMs, () => {
      if (this.#pausedUntilMs <= scheduler.nowMs) this.resume();
    });
  }

  /** Catches up with everything that waited. */
  resume(): void {
    this.#pausedUntilMs = 0;
    for (const { life, act } of this.#stalled.splice(0)) if (this.isAlive(life)) act();
  }

  isAlive(life: number): boolean {
    return this.isUp && life === this.#life;
  }

  /** A request to the active controller; null when nothing was heard of it. */
  call<N extends ApiName>(
    api: N,
    body: RequestInit<N>,
    done: (body: ResponseOf<N> | null) => void,
  ): void {
    const target = this.#directory.current;
    if (this.#link === null || this.#link.isBroken || this.#link.controllerId !== target) {
      this.#link?.close();
      this.#link = new KafkaLink(this.#world, this.id, target);
    }
    const link = this.#link;
    const life = this.#life;
    const giveUp = this.#world.scheduler.after(GIVE_UP_MS, () => link.close());
    link.call(api, body, (response) => {
      this.#world.scheduler.cancel(giveUp);
      if (!this.isAlive(life)) return;
      const errorCode = (response as { errorCode?: number } | null)?.errorCode ?? 0;
      if (response !== null) this.#world.answered(api, errorCode);
      if (response === null || errorCode === ErrorCode.NOT_CONTROLLER)
        this.#directory.failed(target);
      done(response);
    });
  }

  /** Runs `act` for this life, later than asked while the broker is paused. */
  later(life: number, delayMs: number, act: () => void): void {
    const { scheduler } = this.#world;
    scheduler.after(delayMs, () => {
      if (!this.isAlive(life)) return;
      if (this.#pausedUntilMs > scheduler.nowMs) this.#stalled.push({ life, act });
      else act();
    });
  }

  #register(life: number): void {
    const body: RequestInit<"brokerRegistration"> = {
      brokerId: this.id,
      clusterId: this.#world.document.clusterId,
      incarnationId: this.#incarnationId,
      listeners: [
        { name: "PLAINTEXT", host: `broker-${this.id}`, port: 9092, securityProtocol: 0 },
      ],
      features: BROKER_FEATURES,
      rack: this.id % 2 === 0 ? `rack-${this.id % 4}` : null,
      logDirs: this.logDirs,
      previousBrokerEpoch: this.#previousEpoch,
    };
    this.call("brokerRegistration", body, (response) => {
      if (response === null || response.errorCode !== 0) {
        this.later(life, RETRY_MS, () => this.#register(life));
        return;
      }
      this.epoch = response.brokerEpoch;
      this.#previousEpoch = response.brokerEpoch;
      this.#heartbeat(life);
    });
  }

  #heartbeat(life: number): void {
    const body: RequestInit<"brokerHeartbeat"> = {
      brokerId: this.id,
      brokerEpoch: this.epoch,
      currentMetadataOffset: BigInt(this.image.appliedOffset),
      wantFence: false,
      wantShutDown: this.#shutDownForMs !== null,
      offlineLogDirs: this.#duties.failedDirs,
    };
    this.call("brokerHeartbeat", body, (response) => {
      if (response?.errorCode === ErrorCode.STALE_BROKER_EPOCH) {
        // What it holds is not its own any more: a real broker stops here.
        this.crash(false);
        this.#world.scheduler.after(RETRY_MS, () => this.start());
        return;
      }
      if (response === null || response.errorCode !== 0) {
        this.later(life, RETRY_MS, () => this.#heartbeat(life));
        return;
      }
      this.isFenced = response.isFenced;
      const downMs = this.#shutDownForMs;
      if (response.shouldShutDown && downMs !== null) {
        this.#end();
        this.#world.scheduler.after(downMs, () => this.start());
        return;
      }
      const soon = response.isFenced || downMs !== null;
      this.later(life, soon ? 200 : HEARTBEAT_MS, () => this.#heartbeat(life));
    });
  }

  #end(): void {
    this.isUp = false;
    this.#life += 1;
    this.epoch = -1n;
    this.isFenced = true;
    this.image.stop();
    this.#link?.close();
    this.#link = null;
  }
}
