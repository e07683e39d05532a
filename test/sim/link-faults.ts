/** What can go wrong between controllers: links that are cut or slow, and come back by themselves. */

import type { Cut } from "./network.ts";
import type { World } from "./world.ts";

type Link = readonly [from: number, to: number];

export class LinkFaults {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Cuts links for a while; false when there are none. */
  cut(links: readonly Link[], forMs: number, how: Cut = this.#anyCut()): boolean {
    const { network, scheduler } = this.#world;
    const real = links.filter(([from, to]) => from !== to);
    for (const [from, to] of real) network.cut(from, to, how);
    scheduler.after(forMs, () => {
      for (const [from, to] of real) network.mend(from, to, how);
    });
    return real.length > 0;
  }

  /** Cuts a controller off from all others. */
  isolate(id: number, forMs: number): boolean {
    return this.split([id], forMs);
  }

  /** Cuts everything between one side and the rest. */
  split(side: readonly number[], forMs: number): boolean {
    const ids = this.#world.hosts.map((host) => host.id);
    const links = ids.flatMap((a) => ids.map((b): Link => [a, b]));
    return this.cut(
      links.filter(([a, b]) => side.includes(a) !== side.includes(b)),
      forMs,
    );
  }

  /** Two halves that only one controller can reach both of. */
  bridge(bridge: number, forMs: number): boolean {
    const others = this.#world.hosts.map(({ id }) => id).filter((id) => id !== bridge);
    const half = others.slice(0, Math.floor(others.length / 2));
    const links = others.flatMap((a) => others.map((b): Link => [a, b]));
    return this.cut(
      links.filter(([a, b]) => half.includes(a) !== half.includes(b)),
      forMs,
    );
  }

  /** Makes links slower for a while. */
  clog(links: readonly Link[], byMs: number, forMs: number): boolean {
    const { network, scheduler } = this.#world;
    const real = links.filter(([from, to]) => from !== to);
    for (const [from, to] of real) {
      network.clog(from, to, byMs);
      scheduler.after(forMs, () => network.unclog(from, to));
    }
    return real.length > 0;
  }

  /** Isolates whoever `next` names, one after the other, each for `forMs(i)`. */
  oneAfterTheOther(
    gapsMs: readonly number[],
    next: (i: number) => number,
    forMs: (i: number) => number,
  ): boolean {
    let afterMs = 0;
    for (const [i, gapMs] of gapsMs.entries()) {
      afterMs += gapMs;
      this.#world.scheduler.after(afterMs, () => {
        if (!this.#world.isQuiet) this.isolate(next(i), forMs(i));
      });
    }
    return gapsMs.length > 0;
  }

  #anyCut(): Cut {
    return this.#world.network.below(2) === 0 ? "dead" : "refusing";
  }
}
