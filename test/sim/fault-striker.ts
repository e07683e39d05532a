/** Lets a planned fault strike, and says whether there was anything to strike. */

import type { ControllerHost } from "./controller-host.ts";
import { LinkFaults } from "./link-faults.ts";
import { type Fault, FIRST_BROKER_ID, type Who } from "./plan.ts";
import type { World } from "./world.ts";

export class FaultStriker {
  readonly links: LinkFaults;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.links = new LinkFaults(world);
  }

  strike(fault: Fault): void {
    const { trace, coverage } = this.#world;
    trace.tell("fault", () => JSON.stringify(fault));
    if (this.#strike(fault)) coverage.count(`fault ${fault.kind}`);
  }

  #strike(fault: Fault): boolean {
    if ("broker" in fault) return this.#strikeBroker(fault);
    if ("who" in fault && fault.kind !== "isolate" && fault.kind !== "bridge") {
      return fault.kind === "lag" ? this.#lag(fault) : this.#strikeHost(fault);
    }
    return this.#strikeLinks(fault);
  }

  #strikeLinks(fault: Fault): boolean {
    const world = this.#world;
    const { links } = this;
    switch (fault.kind) {
      case "crash-all":
        return world.hosts.map((host) => this.#crash(host, fault.downMs)).includes(true);
      case "isolate":
        return links.isolate(this.#host(fault.who).id, fault.forMs);
      case "split":
        return links.split(fault.side, fault.forMs);
      case "bridge":
        return links.bridge(this.#host(fault.who).id, fault.forMs);
      case "one-way":
        return links.cut([this.#link(fault)], fault.forMs, "refusing");
      case "black-hole":
        return links.cut([this.#link(fault)], fault.forMs, "dead");
      case "clog":
        return links.clog([this.#link(fault)], Math.min(fault.forMs, 1500), fault.forMs);
      case "strangle":
        world.strangled = { leaders: fault.leaders, forMs: fault.forMs };
        return world.hosts.length > 1;
      case "depose": {
        // Each with what it could not replicate any more.
        const { gapsMs, forMs } = fault;
        return links.oneAfterTheOther(
          gapsMs,
          () => this.#host("leader").id,
          () => forMs,
        );
      }
      case "swizzle": {
        // They come back in another order than they went.
        const { order, gapMs } = fault;
        return links.oneAfterTheOther(
          order.map((_, i) => (i === 0 ? 0 : gapMs)),
          (i) => order[i] ?? 1,
          (i) => (order.length - i + (((order[i] ?? 1) * 7) % order.length)) * gapMs,
        );
      }
      default:
        return false;
    }
  }

  #lag({ who, lagMs, forMs }: Extract<Fault, { kind: "lag" }>): boolean {
    const to = this.#host(who).id;
    const links = this.#world.hosts.map(({ id }): [number, number] => [id, to]);
    return this.links.clog(links, lagMs, forMs);
  }

  #strikeHost(fault: Extract<Fault, { who: Who }>): boolean {
    const world = this.#world;
    const host = this.#host(fault.who);
    switch (fault.kind) {
      case "crash":
        return this.#crash(host, fault.downMs);
      case "evict":
        return host.evict();
      case "pause":
        return host.pause(fault.forMs);
      case "slow-disk":
        host.slowSyncMs = fault.syncMs;
        world.scheduler.after(fault.forMs, () => {
          if (host.slowSyncMs === fault.syncMs) host.slowSyncMs = 0;
        });
        return true;
      case "disk-failure":
        host.disk.accessesUntilFailure = fault.accesses;
        return true;
      case "clock-jump":
        host.skewMs += fault.byMs;
        return true;
      case "twin": {
        const ghost = host.startTwin();
        world.scheduler.after(fault.forMs, () => {
          if (ghost !== null) host.end(ghost);
        });
        return ghost !== null;
      }
      case "upgrade":
        host.build = world.otherBuild(host.build);
        return this.#crash(host, 20);
      case "lose-disk":
        return this.#loseDisk(host);
      default:
        return false;
    }
  }

  /** A majority must keep its disks, and whoever keeps one must know more than nothing by then. */
  #loseDisk(host: ControllerHost): boolean {
    const world = this.#world;
    const lost = world.hosts.filter(({ hasLostDisk }) => hasLostDisk).length;
    if ((lost + 1) * 2 >= world.hosts.length || host.hasLostDisk) return false;
    const others = world.hosts.filter((other) => other !== host && !other.hasLostDisk);
    if (!others.every(({ disk }) => disk.durableEndOffset > 0)) return false;
    world.loseDisk(host);
    return true;
  }

  #strikeBroker(fault: Extract<Fault, { broker: number }>): boolean {
    const world = this.#world;
    const broker = world.brokers[fault.broker - FIRST_BROKER_ID];
    if (broker === undefined || !broker.isUp) return false;
    switch (fault.kind) {
      case "broker-crash":
        broker.crash(fault.wipe);
        world.scheduler.after(fault.downMs, () => broker.start());
        return true;
      case "broker-pause":
        broker.pause(fault.forMs);
        return true;
      case "broker-shutdown":
        broker.shutDown(fault.downMs);
        return true;
    }
  }

  #crash(host: ControllerHost, downMs: number): boolean {
    const wasUp = host.crash("dies");
    host.restartAfter(downMs);
    return wasUp;
  }

  #link({ from, to }: { readonly from: Who; readonly to: Who }): [number, number] {
    return [this.#host(from).id, this.#host(to).id];
  }

  #host(who: Who): ControllerHost {
    const world = this.#world;
    return who === "leader" ? (world.leader ?? world.host(1)) : world.host(who);
  }
}
