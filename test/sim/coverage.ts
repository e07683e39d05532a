/** What a run reached: counted names, so that many runs add up and what nobody reached can be told. */

export type Counts = Record<string, number>;

export class Coverage {
  readonly counts: Counts = {};

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

export function addCounts(total: Counts, more: Readonly<Counts>): void {
  for (const [what, count] of Object.entries(more)) total[what] = (total[what] ?? 0) + count;
}
