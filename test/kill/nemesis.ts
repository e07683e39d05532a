/**
 * Kills, freezes and restarts the processes of a quorum. What strikes next comes from a seed; when, from the progress
 * that clients make: every fault waits for writes that were asked for after the one before it was healed.
 */

import type { ControllerProcess } from "../../cli/processes.ts";
import type { Prng } from "../../src/base/prng.ts";
import { pause } from "./find-leader.ts";
import type { History } from "./history.ts";
import type { Victims } from "./victims.ts";

const PROGRESS_MS = 30_000;
const MAX_WRITES_BETWEEN_FAULTS = 10;
const SHORTEST_STOP_MS = 50;
const LONGEST_STOP_MS = 4000;
/** Beyond what a process takes from its start until it has caught up. */
const MAX_START_MS = 300;

/** How many of each fault there are in a deck; a deck is dealt in random order. */
const DECK = {
  "kill-random": 6,
  "kill-leader": 6,
  "kill-two": 3,
  "kill-in-restart": 3,
  "kill-and-stay-down": 3,
  "stop-random": 2,
  "stop-leader": 1,
  "stop-leader-until-replaced": 1,
  "stop-leader-and-kill-another": 1,
  "stop-others-and-kill-leader": 1,
} as const;

export type FaultKind = keyof typeof DECK;
export const FAULT_KINDS = Object.keys(DECK) as FaultKind[];

export class Nemesis {
  readonly #victims: Victims;
  readonly #history: History;
  readonly #prng: Prng;
  readonly #struck = new Map<FaultKind, number>(FAULT_KINDS.map((kind) => [kind, 0]));
  #deck: FaultKind[] = [];
  /** How long no write was acknowledged after the leader was killed, or frozen until another one led. */
  readonly unavailableMs = { killed: [] as number[], stopped: [] as number[] };

  constructor(victims: Victims, history: History, prng: Prng) {
    this.#victims = victims;
    this.#history = history;
    this.#prng = prng;
  }

  get struck(): ReadonlyMap<FaultKind, number> {
    return this.#struck;
  }

  /** Does the next fault of the deck and heals it; resolves when clients make progress again. */
  async strike(): Promise<void> {
    const dead = this.#victims.all.find(({ pid }) => pid === null);
    if (dead !== undefined) throw new Error(`controller ${dead.id} ended without being killed`);
    const kind = this.#deal();
    await this.#inject(kind).catch((error: unknown) => {
      throw new Error(`${kind}: ${(error as Error).message}`, { cause: error });
    });
    this.#struck.set(kind, (this.#struck.get(kind) ?? 0) + 1);
    await this.progress(kind);
  }

  /** Resolves when some writes that are asked for from now on have been acknowledged. */
  async progress(after: string): Promise<void> {
    const count = 1 + this.#prng.below(MAX_WRITES_BETWEEN_FAULTS);
    await this.#acknowledged(count, performance.now(), after);
  }

  #deal(): FaultKind {
    if (this.#deck.length === 0) {
      this.#deck = FAULT_KINDS.flatMap((kind) => Array.from({ length: DECK[kind] }, () => kind));
      this.#prng.shuffle(this.#deck);
    }
    return this.#deck.pop() as FaultKind;
  }

  async #inject(kind: FaultKind): Promise<void> {
    const victims = this.#victims;
    switch (kind) {
      case "kill-random":
        return this.#killAndRestart(victims.any());
      case "kill-leader":
        return this.#killLeader(await victims.leader());
      case "kill-two":
        return this.#killTwo(victims.two());
      case "kill-in-restart":
        return this.#killInRestart(victims.any());
      case "kill-and-stay-down":
        return this.#killAndStayDown(victims.any());
      case "stop-random":
        return this.#stopFor(victims.any(), this.#drawStopMs());
      case "stop-leader":
        return this.#stopFor(await victims.leader(), this.#drawStopMs());
      case "stop-leader-until-replaced":
        return this.#stopLeaderUntilReplaced(await victims.leader());
      case "stop-leader-and-kill-another":
        return this.#stopLeaderAndKillAnother(await victims.leader());
      case "stop-others-and-kill-leader":
        return this.#stopOthersAndKillLeader(await victims.leader());
    }
  }

  async #killAndRestart(victim: ControllerProcess): Promise<void> {
    await this.#victims.kill(victim);
    await this.#victims.restart(victim);
  }

  async #killLeader(leader: ControllerProcess): Promise<void> {
    const killedAt = performance.now();
    const recovered = this.#acknowledged(1, killedAt, "the death of the leader");
    await this.#victims.kill(leader);
    // Back at once it takes part in the election of the next leader, later it does not.
    const isBackAtOnce = this.#toss();
    if (isBackAtOnce) await this.#victims.restart(leader);
    this.unavailableMs.killed.push((await recovered) - killedAt);
    if (!isBackAtOnce) await this.#victims.restart(leader);
  }

  async #killTwo([first, second]: readonly [ControllerProcess, ControllerProcess]): Promise<void> {
    await Promise.all([this.#victims.kill(first), this.#victims.kill(second)]);
    if (this.#toss()) {
      await Promise.all([this.#victims.restart(first), this.#victims.restart(second)]);
      return;
    }
    await this.#victims.restart(first);
    await this.progress("the return of one of two that were killed");
    await this.#victims.restart(second);
  }

  async #killInRestart(victim: ControllerProcess): Promise<void> {
    await this.#victims.kill(victim);
    for (let left = 1 + this.#prng.below(3); left > 0; left--) {
      // It may fail, because the process is gone before it listens.
      const restarted = this.#victims.restart(victim).catch(() => {});
      await pause(this.#prng.below(MAX_START_MS));
      await this.#victims.kill(victim);
      await restarted;
    }
    await this.#victims.restart(victim);
  }

  async #killAndStayDown(victim: ControllerProcess): Promise<void> {
    await this.#victims.kill(victim);
    for (let left = 1 + this.#prng.below(5); left > 0; left--) {
      await this.progress(`the death of controller ${victim.id}`);
    }
    await this.#victims.restart(victim);
  }

  async #stopFor(victim: ControllerProcess, ms: number): Promise<void> {
    this.#victims.stop(victim);
    await pause(ms);
    this.#victims.continue(victim);
  }

  /** The leader comes back when others have gone on without it, and finds requests that have waited for it. */
  async #stopLeaderUntilReplaced(leader: ControllerProcess): Promise<void> {
    const stoppedAt = performance.now();
    const recovered = this.#acknowledged(1, stoppedAt, "the stop of the leader");
    this.#victims.stop(leader);
    this.unavailableMs.stopped.push((await recovered) - stoppedAt);
    await this.progress("the replacement of the leader that was stopped");
    this.#victims.continue(leader);
  }

  /** One is frozen and one dead: nobody can lead until either comes back. */
  async #stopLeaderAndKillAnother(leader: ControllerProcess): Promise<void> {
    const others = this.#victims.others(leader);
    const other = others[this.#prng.below(others.length)] as ControllerProcess;
    this.#victims.stop(leader);
    await this.#victims.kill(other);
    if (this.#toss()) {
      await pause(this.#drawStopMs());
      this.#victims.continue(leader);
      await this.progress("the return of the leader that was stopped");
      await this.#victims.restart(other);
      return;
    }
    await this.#victims.restart(other);
    await this.progress("the restart of another than the leader that is stopped");
    this.#victims.continue(leader);
  }

  /** The leader takes writes that nobody else hears of and dies with them; when it comes back, they must go. */
  async #stopOthersAndKillLeader(leader: ControllerProcess): Promise<void> {
    const others = this.#victims.others(leader);
    for (const other of others) this.#victims.stop(other);
    await pause(this.#drawStopMs());
    await this.#victims.kill(leader);
    for (const other of others) this.#victims.continue(other);
    await this.progress("the death of a leader that was alone");
    await this.#victims.restart(leader);
  }

  #acknowledged(count: number, sinceMs: number, after: string): Promise<number> {
    return this.#history.acknowledgements.waitAtMost(PROGRESS_MS, count, sinceMs, after);
  }

  #toss(): boolean {
    return this.#prng.below(2) === 0;
  }

  /** Short ones more often than long ones: evenly over the orders of magnitude. */
  #drawStopMs(): number {
    const part = this.#prng.below(1000) / 1000;
    return SHORTEST_STOP_MS * (LONGEST_STOP_MS / SHORTEST_STOP_MS) ** part;
  }
}
