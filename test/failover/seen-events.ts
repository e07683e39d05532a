/** What subscribers saw. A body that many saw is kept once. */

/** The first body that anybody saw, by offset. */
export type Bodies = Map<number, string>;

export class SeenEvents {
  readonly #bodies: Bodies;
  /** In the order in which they came. */
  readonly offsets: number[] = [];
  /** Bodies that are not what others saw at this offset, by the position in `offsets`. */
  readonly others = new Map<number, string>();

  constructor(bodies: Bodies) {
    this.#bodies = bodies;
  }

  add(offset: number, body: string): void {
    const first = this.#bodies.get(offset);
    if (first === undefined) this.#bodies.set(offset, body);
    else if (first !== body) this.others.set(this.offsets.length, body);
    this.offsets.push(offset);
  }

  bodyAt(position: number): string | undefined {
    return this.others.get(position) ?? this.#bodies.get(this.offsets[position] ?? -1);
  }
}
