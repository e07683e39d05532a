/** The votes of one campaign: who granted, who refused, and when to ask again those who did neither. */

export class Ballot {
  readonly granted = new Set<number>();
  readonly refused = new Set<number>();
  readonly #waiting = new Set<number>();
  nextRoundMs: number;
  /** False until the first request went out. */
  started = false;

  constructor(nextRoundMs: number) {
    this.nextRoundMs = nextRoundMs;
  }

  /** The voters of `ids` to ask in a new round: all but those who granted or still owe an answer. */
  ask(ids: readonly number[]): number[] {
    this.started = true;
    const asked = ids.filter((id) => !this.granted.has(id) && !this.#waiting.has(id));
    for (const id of asked) {
      this.#waiting.add(id);
      this.refused.delete(id);
    }
    return asked;
  }

  answer(id: number, granted: boolean): void {
    this.#waiting.delete(id);
    (granted ? this.granted : this.refused).add(id);
  }

  fail(id: number): void {
    this.#waiting.delete(id);
  }

  /** Takes the campaign back until `untilMs`, in favour of another one. */
  yieldUntil(untilMs: number): void {
    this.granted.clear();
    this.refused.clear();
    this.#waiting.clear();
    this.started = false;
    this.nextRoundMs = untilMs;
  }
}
