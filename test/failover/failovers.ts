/** One active controller after another is lost while clients work: killed, or frozen until another one leads. */

import type { ControllerProcess } from "../../cli/processes.ts";
import type { Prng } from "../../src/base/prng.ts";
import type { Acknowledgements } from "../kill/acknowledgements.ts";
import { pause } from "../kill/find-leader.ts";
import type { Victims } from "../kill/victims.ts";
import type { Downtimes } from "./downtimes.ts";

const PROGRESS_MS = 30_000;
const MAX_WRITES_BETWEEN = 30;
const LONGEST_HICCUP_MS = 1500;

/** How often each comes in a deck; a deck is dealt in random order. */
const DECK = { "kill-and-restart": 4, "kill-until-replaced": 4, freeze: 2 } as const;

export type FailoverKind = keyof typeof DECK;
export const FAILOVER_KINDS = Object.keys(DECK) as FailoverKind[];

export interface Failover {
  readonly kind: FailoverKind;
  readonly atMs: number;
  /** From the loss of the leader until a write that was asked for after it was acknowledged. */
  readonly unavailableMs: number;
}

export class Failovers {
  readonly #victims: Victims;
  readonly #downtimes: Downtimes;
  readonly #writes: Acknowledgements;
  readonly #prng: Prng;
  readonly done: Failover[] = [];
  #deck: FailoverKind[] = [];

  constructor(victims: Victims, downtimes: Downtimes, writes: Acknowledgements, prng: Prng) {
    this.#victims = victims;
    this.#downtimes = downtimes;
    this.#writes = writes;
    this.#prng = prng;
  }

  /** Takes the leader away, and resolves when all processes are up and clients have made progress. */
  async next(kind: FailoverKind = this.#deal()): Promise<void> {
    // A pause of a controller is no failover, but what is sent to it meanwhile is late.
    if (this.#prng.below(3) === 0) await this.#hiccup(this.#victims.any());
    const leader = await this.#victims.leader();
    const atMs = performance.now();
    const recovered = this.#writes.waitAtMost(PROGRESS_MS, 1, atMs, `${kind} of the leader`);
    if (kind === "freeze") await this.#freeze(leader, recovered);
    else await this.#kill(leader, kind === "kill-and-restart" ? null : recovered);
    this.done.push({ kind, atMs, unavailableMs: (await recovered) - atMs });
    await this.progress(`the return of a leader (${kind})`);
  }

  async progress(after: string): Promise<void> {
    const count = 1 + this.#prng.below(MAX_WRITES_BETWEEN);
    await this.#writes.waitAtMost(PROGRESS_MS, count, performance.now(), after);
  }

  #deal(): FailoverKind {
    if (this.#deck.length === 0) {
      this.#deck = FAILOVER_KINDS.flatMap((kind) => Array.from({ length: DECK[kind] }, () => kind));
      this.#prng.shuffle(this.#deck);
    }
    return this.#deck.pop() as FailoverKind;
  }

  async #kill(leader: ControllerProcess, until: Promise<unknown> | null): Promise<void> {
    this.#downtimes.begin(leader.id, "killed", performance.now());
    await this.#victims.kill(leader);
    await until;
    await this.#victims.restart(leader);
    this.#downtimes.end(leader.id, performance.now());
  }

  /** The leader comes back when others have gone on without it, and finds requests that have waited for it. */
  async #freeze(leader: ControllerProcess, recovered: Promise<unknown>): Promise<void> {
    this.#downtimes.begin(leader.id, "stopped", performance.now());
    this.#victims.stop(leader);
    await recovered;
    await this.progress("the replacement of a frozen leader");
    this.#victims.continue(leader);
    this.#downtimes.end(leader.id, performance.now());
  }

  async #hiccup(victim: ControllerProcess): Promise<void> {
    this.#downtimes.begin(victim.id, "stopped", performance.now());
    this.#victims.stop(victim);
    await pause(this.#prng.below(LONGEST_HICCUP_MS));
    this.#victims.continue(victim);
    this.#downtimes.end(victim.id, performance.now());
  }
}
