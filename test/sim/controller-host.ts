/**
 * What the platform does for one controller: events are handled in transactions, outputs wait until what was written is
 * on disk, and everything may end at any moment. The counterpart of workers/controller/runtime.ts, with crash points.
 */

import type { NodeEffect, NodeEvent, NodeOptions } from "../../src/controller/node-event.ts";
import { SteadyClock } from "../../workers/controller/steady-clock.ts";
import { Disk, DiskFailure, type LogChange, StaleTwin } from "./disk.ts";
import type { Holding } from "./holding.ts";
import { type Build, Life, type Output } from "./life.ts";
import { InvariantBroken } from "./observation.ts";
import { type OwnedStores, ownedStores } from "./owned-stores.ts";
import type { World } from "./world.ts";

const MAX_BATCH_EVENTS = 256;

export class ControllerHost {
  readonly id: number;
  disk = new Disk();
  hasLostDisk = false;
  readonly #world: World;
  /** The instance that new events reach; null while the process is down. */
  life: Life | null = null;
  /** An older instance that does not know that it was replaced. */
  stale: Life | null = null;
  build: Build;
  /** How far its clock is ahead of virtual time. */
  skewMs: number;
  /** Its storage takes up to so long to be durable, while a fault makes it slow. */
  slowSyncMs = 0;
  /** Down because nobody needed it: the next message starts it. */
  isEvicted = false;
  #lives = 0;

  constructor(world: World, id: number, build: Build, skewMs: number) {
    this.#world = world;
    this.id = id;
    this.build = build;
    this.skewMs = skewMs;
  }

  /** What the clock of its machine shows. */
  get wallMs(): number {
    return Math.floor(this.#world.scheduler.nowMs + this.skewMs);
  }

  /** Starts a new life on the disk; the one before, if any, becomes the stale twin. */
  start(): void {
    const world = this.#world;
    this.#lives += 1;
    const number = this.#lives;
    const seed = new Uint8Array(16).map(() => world.hostPrng.below(256));
    const clock = new SteadyClock();
    const options: NodeOptions = {
      controllerId: this.id,
      seed,
      nowMs: clock.read(this.wallMs),
      properties: world.plan.properties,
    };
    this.isEvicted = false;
    this.disk.begin();
    try {
      const stores: OwnedStores = ownedStores(this.disk, number, this.#holding());
      const node = this.build.createNode(stores, options);
      stores.held?.started();
      this.life = new Life(this, number, node, clock, stores.held);
    } catch (error) {
      this.disk.rollback();
      this.life = null;
      if (error instanceof InvariantBroken) throw error;
      if (!(error instanceof DiskFailure)) {
        world.stop("controller-runs", `controller ${this.id} cannot start: ${describe(error)}`);
      }
      this.restartAfter(50);
      return;
    }
    world.trace.tell(`controller ${this.id}`, () => `starts as ${this.build.name}`);
    const { life } = this;
    this.#afterTransaction(life, []);
    this.deliver(life, { kind: "tick" });
  }

  restartAfter(delayMs: number): void {
    this.#world.scheduler.after(delayMs, () => {
      if (this.life === null) this.start();
    });
  }

  /** The instance for a message that arrives now; an evicted one is started for it. */
  awake(): Life | null {
    if (this.life === null && this.isEvicted) this.start();
    return this.life;
  }

  deliver(life: Life, event: NodeEvent): void {
    if (life.ended) return;
    life.queue.push(event);
    this.#handleSoon(life);
  }

  /** The process dies. Of what is not on disk yet, any part may get there. */
  crash(why: string): boolean {
    const { life } = this;
    if (life === null) return false;
    const pending = this.disk.pendingTransactions;
    const kept = this.#world.hostPrng.below(pending + 1);
    this.#world.trace.tell(
      `controller ${this.id}`,
      () => `${why}; ${kept} of ${pending} unsynced transactions survive`,
    );
    this.#world.coverage.count(`crash with ${Math.min(pending, 3)} unsynced`);
    this.#countHeld(life);
    const { endOffset } = this.disk.table;
    this.disk.crash(kept);
    if (this.disk.table.endOffset < endOffset)
      this.#world.coverage.count("held: flush lost in a crash");
    this.life = null;
    this.end(life);
    return true;
  }

  /** Dies before anything else goes out. */
  dieAfterAnswer(life: Life): void {
    if (life !== this.life) return;
    this.crash("dies after an answer");
    this.restartAfter(this.#world.hostPrng.below(500));
  }

  /** The platform ends an idle object: memory is gone, everything written is on disk. */
  evict(): boolean {
    const { life } = this;
    if (life === null) return false;
    this.#world.trace.tell(`controller ${this.id}`, () => "is evicted");
    this.disk.crash(this.disk.pendingTransactions);
    this.life = null;
    this.isEvicted = true;
    this.end(life);
    // The alarm that every controller keeps set.
    this.#world.scheduler.after(10_000, () => this.awake());
    return true;
  }

  /** Handles nothing for a while. */
  pause(forMs: number): boolean {
    if (this.life === null) return false;
    this.life.busyUntilMs = this.#world.scheduler.nowMs + forMs;
    return true;
  }

  /** Dies, and everything that it had stored is gone with it. */
  loseDisk(): void {
    this.crash("loses its disk");
    this.endTwin();
    this.disk = new Disk();
    this.hasLostDisk = true;
  }

  /** Starts a second instance while the first goes on from memory; returns the first, if that is what happens. */
  startTwin(): Life | null {
    const old = this.life;
    if (old === null || this.stale !== null) return null;
    this.#world.trace.tell(`controller ${this.id}`, () => "is started a second time");
    const isClean = this.disk.pendingTransactions === 0 && old.outputs.length === 0;
    this.disk.crash(this.#world.hostPrng.below(this.disk.pendingTransactions + 1));
    if (isClean) this.stale = old;
    this.life = null;
    // What it wrote last was never confirmed, so nothing it says will ever leave it.
    if (!isClean) this.end(old);
    this.start();
    return isClean ? old : null;
  }

  endTwin(): void {
    const { stale } = this;
    this.stale = null;
    if (stale !== null) this.end(stale);
  }

  end(life: Life): void {
    if (life.ended) return;
    life.ended = true;
    if (life.timer !== null) this.#world.scheduler.cancel(life.timer);
    life.queue.length = 0;
    life.outputs.length = 0;
    if (this.stale === life) this.stale = null;
    for (const tell of [...life.onEnd.values()]) tell();
    life.onEnd.clear();
  }

  #holding(): Holding | null {
    const { plan, coverage } = this.#world;
    if (plan.held === undefined) return null;
    return { code: this.build.holding, held: plan.held, count: (what) => coverage.count(what) };
  }

  /** What a crash now does to rows that are held back. */
  #countHeld({ held, hasFlushed }: Life): void {
    if (held === null) return;
    const { state, table } = this.disk;
    const { coverage } = this.#world;
    if (hasFlushed) coverage.count("held: crash right after a flush");
    if (state.lastOffset >= table.endOffset) coverage.count("held: crash between append and flush");
  }

  /** Takes back what an event wrote that threw. */
  #rollback(): void {
    const { state, table } = this.disk;
    const { lastOffset } = state;
    const { endOffset } = table;
    this.disk.rollback();
    if (this.#world.plan.held === undefined) return;
    if (state.lastOffset < lastOffset) this.#world.coverage.count("held: rollback of rows");
    if (table.endOffset < endOffset) this.#world.coverage.count("held: rollback of a flush");
  }

  #handleSoon(life: Life): void {
    if (life.wake !== null) return;
    const { scheduler } = this.#world;
    if (life.busyUntilMs <= scheduler.nowMs) {
      this.#handleBatch(life);
      return;
    }
    life.wake = scheduler.at(life.busyUntilMs, () => {
      life.wake = null;
      if (life.ended) return;
      if (life.busyUntilMs > scheduler.nowMs) this.#handleSoon(life);
      else if (life.queue.length > 0) this.#handleBatch(life);
    });
  }

  /** Ends a pause at once. */
  resume(): void {
    const { life } = this;
    if (life === null) return;
    life.busyUntilMs = 0;
    if (life.wake !== null) this.#world.scheduler.cancel(life.wake);
    life.wake = null;
    if (life.queue.length > 0) this.#handleSoon(life);
  }

  #handleBatch(life: Life): void {
    const world = this.#world;
    const events = life.queue.splice(0, MAX_BATCH_EVENTS);
    const nowMs = life.clockMs;
    const { busyMs } = world.speeds;
    if (busyMs > 0) {
      life.busyUntilMs = world.scheduler.nowMs + (busyMs * world.hostPrng.below(1000)) / 1000;
    }
    let effects: readonly NodeEffect[];
    const heldBack: NodeEffect[] = [];
    const doNow = (urgent: readonly NodeEffect[]): void => {
      if (life.outputs.length > 0) heldBack.push(...urgent);
      else this.#sendBeforeStored(life, urgent);
    };
    this.disk.begin();
    try {
      for (const event of events) {
        world.trace.mix(this.id, event.kind.length, nowMs);
        if ("bytes" in event) world.trace.mixBytes(event.bytes);
        if (event.kind === "peer-request") {
          life.heardMs.set(world.peerCalls.askerOf(event.callId), nowMs);
        }
      }
      effects = life.node.handle(events, nowMs, doNow);
    } catch (error) {
      this.#onThrow(life, error);
      return;
    }
    if (life.ended) return;
    this.#afterTransaction(life, [...heldBack, ...effects]);
    if (life.queue.length > 0) this.#handleSoon(life);
  }

  /** What was written before is on disk, so the gate is open; what is being written may be lost after this. */
  #sendBeforeStored(life: Life, effects: readonly NodeEffect[]): void {
    const world = this.#world;
    world.coverage.count("sent before it is stored");
    for (const effect of effects) world.perform(life, effect);
    if (life !== this.life || !world.strikes("crashBetweenSends")) return;
    world.coverage.count("crash between sent and stored");
    this.crash("dies before it has stored what it sent");
    this.restartAfter(world.hostPrng.below(500));
  }

  /** In production every throw rolls back and ends the instance; here only those that a fault explains may come. */
  #onThrow(life: Life, error: unknown): void {
    this.#rollback();
    if (error instanceof InvariantBroken) throw error;
    if (error instanceof StaleTwin) {
      this.#world.coverage.count("stale twin touched the storage");
      this.end(life);
      return;
    }
    if (!(error instanceof DiskFailure)) {
      this.#world.stop("controller-runs", `controller ${this.id} aborts: ${describe(error)}`);
    }
    this.#world.coverage.count("storage failed inside an event");
    this.crash("its storage fails");
    this.restartAfter(this.#world.hostPrng.below(200));
  }

  #afterTransaction(life: Life, effects: readonly NodeEffect[]): void {
    const world = this.#world;
    const changes: readonly LogChange[] = this.disk.takeChanges();
    const wrote = this.disk.commit();
    const { endOffset } = this.disk.table;
    life.hasFlushed = life === this.life && endOffset > life.tableEndOffset;
    life.tableEndOffset = endOffset;
    const view = world.observe(this, life, changes);
    if (wrote && world.strikes("crashAfterTransaction")) {
      this.crash("dies after a transaction");
      this.restartAfter(world.hostPrng.below(500));
      return;
    }
    if (!wrote && life.outputs.length === 0) {
      this.#perform(life, { wrote, effects, view });
    } else {
      life.outputs.push({ wrote, effects, view });
      this.#sync(life);
    }
    if (!life.ended) this.#arm(life);
  }

  /** Makes what has been written so far durable, then lets its outputs go. */
  #sync(life: Life): void {
    if (life.isSyncing || life.ended || life.outputs.length === 0) return;
    const world = this.#world;
    const mostMs = Math.max(world.speeds.syncMs, this.slowSyncMs);
    if (!world.hasOutputGate) {
      this.#performUnsynced(life);
    } else if (mostMs === 0) {
      this.#release(life, life.outputs.length);
      return;
    }
    life.isSyncing = true;
    const count = life.outputs.length;
    world.scheduler.after((mostMs * world.hostPrng.below(1000)) / 1000, () => {
      life.isSyncing = false;
      if (life.ended) return;
      this.#release(life, count);
      this.#sync(life);
    });
  }

  /** What a platform without an output gate would do: say it first, store it later. */
  #performUnsynced(life: Life): void {
    for (const output of life.outputs) this.#perform(life, { ...output });
    for (const output of life.outputs) output.effects = [];
  }

  #release(life: Life, count: number): void {
    const released = life.outputs.splice(0, count);
    for (const { wrote } of released) if (wrote) this.disk.sync();
    if (this.disk.pendingTransactions === 0) this.#world.witness.durable(this);
    for (const output of released) {
      if (life.ended) return;
      this.#perform(life, output);
    }
  }

  #perform(life: Life, { effects, view }: Output): void {
    const world = this.#world;
    if (view !== null) world.witness.released(this, view);
    // What it had stored while the storage was its own may be committed by those who fetch from it still.
    else if (life === this.stale) world.learnFromTwin(this, life);
    for (const effect of effects) {
      if (life.ended) return;
      if (life === this.life && world.strikes("crashBetweenSends")) {
        this.crash(`dies before ${effect.kind}`);
        this.restartAfter(world.hostPrng.below(500));
        return;
      }
      world.perform(life, effect);
    }
  }

  /** A timer runs by itself; only when it rings does it look at the clock, which may have been set. */
  #arm(life: Life): void {
    const { scheduler } = this.#world;
    const deadlineMs = life.node.nextDeadlineMs();
    if (deadlineMs === Number.POSITIVE_INFINITY) return;
    const atMs = scheduler.nowMs + Math.max(0, deadlineMs - life.clockMs);
    if (life.timer !== null) {
      if (atMs >= life.timer.atMs) return;
      scheduler.cancel(life.timer);
    }
    life.timer = scheduler.at(atMs, () => {
      life.timer = null;
      if (life.ended) return;
      if (life.clockMs >= life.node.nextDeadlineMs()) this.deliver(life, { kind: "tick" });
      else this.#arm(life);
    });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error);
}
