/**
 * A change of a setting that was acknowledged was made, and nothing that was only tried ever is; in the end every
 * setting is what the log says of it.
 */

import {
  type CommittedEntry,
  type FinalWorld,
  type Invariant,
  InvariantBroken,
  type SettingAnswer,
} from "../observation.ts";
import { Registers } from "../registers.ts";
import type { SettingChange } from "../setting.ts";

/** Kinds of settings that the state is not asked for as settings at the end. */
const ELSEWHERE = ["places ", "moving "];

export class Settings implements Invariant {
  readonly name = "settings";
  readonly #registers = new Registers();
  readonly #tried = new Set<string>();

  onTried({ key, value }: SettingChange): void {
    this.#tried.add(`${key} = ${value}`);
  }

  onCommitted(entry: CommittedEntry): void {
    for (const { key, value } of this.#registers.apply(entry)) {
      const change = `${key} = ${value}`;
      if (this.#tried.has(change)) {
        this.#fail(`${change} is in the log at ${entry.baseOffset} and was only to be tried`);
      }
    }
  }

  onSettingAnswered(answer: SettingAnswer, committedEndOffset: number): void {
    const { key, value, sinceOffset } = answer;
    if (this.#registers.wasHeld(answer, sinceOffset, committedEndOffset)) return;
    if (this.#wasOnTheMove(answer, committedEndOffset)) return;
    const now = this.#registers.current(key);
    this.#fail(
      `${key} = ${value} is acknowledged, and it was something else from ${sinceOffset} to ${committedEndOffset}, ${now} now`,
    );
  }

  /**
   * What is asked of a partition that is being moved already does not take back what has to go, if nothing else has to
   * go: as in Kafka, which may then end without some of the replicas that were asked for.
   */
  #wasOnTheMove({ key, sinceOffset }: SettingAnswer, committedEndOffset: number): boolean {
    if (!key.startsWith("places ")) return false;
    const moving = key.replace("places ", "moving ");
    const changes = this.#registers.changes(moving, sinceOffset, committedEndOffset);
    return this.#registers.valueBefore(moving, sinceOffset) !== null || changes > 1;
  }

  onEnd({ settings }: FinalWorld): void {
    const left = new Map<string, string | null>();
    for (const { key, value } of this.#registers.all()) {
      if (!ELSEWHERE.some((kind) => key.startsWith(kind))) left.set(key, value);
    }
    for (const { key, value } of settings) {
      const logged = left.get(key) ?? null;
      if (logged !== value) this.#fail(`${key} is ${value} in the end, the log says ${logged}`);
      left.delete(key);
    }
    for (const [key, value] of left) this.#fail(`${key} is gone in the end, the log says ${value}`);
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
