/** Lets a planned fault strike. */

import type { ControllerHost } from "./controller-host.ts";
import type { Cut } from "./network.ts";
import { type Fault, FIRST_BROKER_ID, type Who } from "./plan.ts";
import type { World } from "./world.ts";

export class FaultStriker {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  strike(fault: Fault): void {
    const world = this.#world;
    world.trace.tell("fault", () => JSON.stringify(fault));
    world.coverage.count(`fault ${fault.kind}`);
    switch (fault.kind) {
      case "crash":
        this.#crash(this.#host(fault.who), fault.downMs);
        return;
      case "crash-all":
        for (const host of world.hosts) this.#crash(host, fault.downMs);
        return;
      case "evict":
        this.#host(fault.who).evict();
        return;
      case "isolate":
        this.isolate(this.#host(fault.who).id, fault.forMs);
        return;
      case "split":
        this.#split(fault.side, fault.forMs);
        return;
      case "one-way":
        this.#cut([[this.#host(fault.from).id, this.#host(fault.to).id]], fault.forMs, "refusing");
        return;
      case "black-hole":
        this.#cut([[this.#host(fault.from).id, this.#host(fault.to).id]], fault.forMs, "dead");
        return;
      case "bridge":
        this.#bridge(this.#host(fault.who).id, fault.forMs);
        return;
      case "clog":
        this.#clog(
          this.#host(fault.from).id,
          this.#host(fault.to).id,
          Math.min(fault.forMs, 1500),
          fault.forMs,
        );
        return;
      case "lag":
        for (const { id } of world.hosts) {
          this.#clog(id, this.#host(fault.who).id, fault.lagMs, fault.forMs);
        }
        return;
      case "strangle":
        world.strangled = { leaders: fault.leaders, forMs: fault.forMs };
        return;
      case "depose":
        this.#depose(fault.gapsMs, fault.forMs);
        return;
      case "swizzle":
        this.#swizzle(fault.order, fault.gapMs);
        return;
      default:
        this.#strikeOne(fault);
    }
  }

  #strikeOne(fault: Fault): void {
    const world = this.#world;
    switch (fault.kind) {
      case "pause": {
        const { life } = this.#host(fault.who);
        if (life !== null) life.busyUntilMs = world.scheduler.nowMs + fault.forMs;
        return;
      }
      case "slow-disk": {
        const host = this.#host(fault.who);
        host.slowSyncMs = fault.syncMs;
        world.scheduler.after(fault.forMs, () => {
          host.slowSyncMs = 0;
        });
        return;
      }
      case "disk-failure":
        this.#host(fault.who).disk.accessesUntilFailure = fault.accesses;
        return;
      case "clock-jump":
        this.#host(fault.who).skewMs += fault.byMs;
        return;
      case "twin": {
        const host = this.#host(fault.who);
        host.startTwin();
        world.scheduler.after(fault.forMs, () => host.endTwin());
        return;
      }
      case "upgrade": {
        const host = this.#host(fault.who);
        host.build = world.otherBuild(host.build);
        this.#crash(host, 20);
        return;
      }
      case "lose-disk": {
        const host = this.#host(fault.who);
        const lost = world.hosts.filter(({ hasLostDisk }) => hasLostDisk).length;
        // A majority must keep its disks, and whoever keeps one must know more than nothing by then.
        if ((lost + 1) * 2 >= world.hosts.length || host.hasLostDisk) return;
        const others = world.hosts.filter((other) => other !== host && !other.hasLostDisk);
        if (others.every(({ disk }) => disk.durableEndOffset > 0)) world.loseDisk(host);
        return;
      }
      default:
        this.#strikeBroker(fault);
    }
  }

  #strikeBroker(fault: Fault): void {
    if (!("broker" in fault)) return;
    const world = this.#world;
    const broker = world.brokers[fault.broker - FIRST_BROKER_ID];
    if (broker === undefined) return;
    switch (fault.kind) {
      case "broker-crash":
        broker.crash(fault.wipe);
        world.scheduler.after(fault.downMs, () => broker.start());
        return;
      case "broker-pause":
        broker.pause(fault.forMs);
        return;
      case "broker-shutdown":
        broker.shutDown(fault.downMs);
        return;
      default:
    }
  }

  #host(who: Who): ControllerHost {
    const world = this.#world;
    return who === "leader" ? (world.leader ?? world.host(1)) : world.host(who);
  }

  #crash(host: ControllerHost, downMs: number): void {
    host.crash("dies");
    host.restartAfter(downMs);
  }

  /** Cuts a controller off from all others. */
  isolate(id: number, forMs: number): void {
    const links: [number, number][] = [];
    for (const { id: other } of this.#world.hosts) {
      if (other !== id) links.push([id, other], [other, id]);
    }
    this.#cut(links, forMs, this.#anyCut());
  }

  #split(side: readonly number[], forMs: number): void {
    const links: [number, number][] = [];
    for (const { id: a } of this.#world.hosts) {
      for (const { id: b } of this.#world.hosts) {
        if (side.includes(a) !== side.includes(b)) links.push([a, b]);
      }
    }
    this.#cut(links, forMs, this.#anyCut());
  }

  /** Two halves that only one controller can reach both of. */
  #bridge(bridge: number, forMs: number): void {
    const others = this.#world.hosts.map(({ id }) => id).filter((id) => id !== bridge);
    const half = others.slice(0, Math.floor(others.length / 2));
    const links: [number, number][] = [];
    for (const a of others) {
      for (const b of others) if (half.includes(a) !== half.includes(b)) links.push([a, b]);
    }
    this.#cut(links, forMs, this.#anyCut());
  }

  #cut(links: readonly (readonly [number, number])[], forMs: number, how: Cut): void {
    const { network, scheduler } = this.#world;
    for (const [from, to] of links) network.cut(from, to, how);
    scheduler.after(forMs, () => {
      for (const [from, to] of links) network.mend(from, to);
    });
  }

  #clog(from: number, to: number, byMs: number, forMs: number): void {
    const { network, scheduler } = this.#world;
    network.clog(from, to, byMs);
    scheduler.after(forMs, () => network.unclog(from, to));
  }

  /** Cuts off one leader after the other, each with what it could not replicate any more. */
  #depose(gapsMs: readonly number[], forMs: number): void {
    const { scheduler } = this.#world;
    let afterMs = 0;
    for (const gapMs of gapsMs) {
      afterMs += gapMs;
      scheduler.after(afterMs, () => {
        if (!this.#world.isQuiet) this.isolate(this.#host("leader").id, forMs);
      });
    }
  }

  /** Stops the links of one controller after the other, then heals them in another order. */
  #swizzle(order: readonly number[], gapMs: number): void {
    const { scheduler } = this.#world;
    order.forEach((id, i) => {
      const forMs = (order.length - i + ((id * 7) % order.length)) * gapMs;
      scheduler.after(i * gapMs, () => {
        if (!this.#world.isQuiet) this.isolate(id, forMs);
      });
    });
  }

  #anyCut(): Cut {
    return this.#world.network.below(2) === 0 ? "dead" : "refusing";
  }
}
