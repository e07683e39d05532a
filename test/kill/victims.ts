/** The processes of a quorum as something to be killed, frozen and brought back; counts and notes what was done. */

import type { ControllerProcess } from "../../cli/processes.ts";
import type { Prng } from "../../src/base/prng.ts";
import { newestLeader } from "./find-leader.ts";

const LEADER_MS = 30_000;

export class Victims {
  readonly all: readonly ControllerProcess[];
  readonly #prng: Prng;
  readonly #note: (controllerId: number, what: string) => void;
  kills = 0;
  stops = 0;
  restarts = 0;

  /** `note` hears of everything that is done to a process. */
  constructor(
    all: readonly ControllerProcess[],
    prng: Prng,
    note: (controllerId: number, what: string) => void,
  ) {
    this.all = all;
    this.#prng = prng;
    this.#note = note;
  }

  any(): ControllerProcess {
    return this.two()[0];
  }

  two(): [ControllerProcess, ControllerProcess] {
    const shuffled = [...this.all];
    this.#prng.shuffle(shuffled);
    return shuffled.slice(0, 2) as [ControllerProcess, ControllerProcess];
  }

  leader(): Promise<ControllerProcess> {
    return newestLeader(this.all, performance.now() + LEADER_MS);
  }

  others(than: ControllerProcess): ControllerProcess[] {
    return this.all.filter(({ id }) => id !== than.id);
  }

  async kill(victim: ControllerProcess): Promise<void> {
    this.kills += 1;
    this.#note(victim.id, "SIGKILL");
    await victim.kill();
  }

  async restart(victim: ControllerProcess): Promise<void> {
    this.restarts += 1;
    this.#note(victim.id, "restart");
    await victim.restart();
  }

  stop(victim: ControllerProcess): void {
    this.stops += 1;
    this.#note(victim.id, "SIGSTOP");
    victim.stop();
  }

  continue(victim: ControllerProcess): void {
    this.#note(victim.id, "SIGCONT");
    victim.cont();
  }
}
