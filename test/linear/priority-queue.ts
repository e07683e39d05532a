/** Items by cost, the cheapest first, and of equal cost the one that was put in last. */

interface Entry<T> {
  readonly cost: number;
  readonly order: number;
  readonly item: T;
}

export class PriorityQueue<T> {
  /** A binary heap: no entry goes before its parent at half its index. */
  readonly #heap: Entry<T>[] = [];
  #added = 0;

  push(cost: number, item: T): void {
    const entry = { cost, order: this.#added++, item };
    let index = this.#heap.push(entry) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex]!;
      if (!goesBefore(entry, parent)) break;
      this.#heap[index] = parent;
      index = parentIndex;
    }
    this.#heap[index] = entry;
  }

  /** Takes the cheapest out; undefined if there is none. */
  pop(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first?.item;
  }

  /** Puts the entry in the place of the first one and lets it sink. */
  #sink(entry: Entry<T>): void {
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = this.#heap[childIndex];
      const sibling = this.#heap[childIndex + 1];
      if (child === undefined) break;
      if (sibling !== undefined && goesBefore(sibling, child)) {
        child = sibling;
        childIndex += 1;
      }
      if (!goesBefore(child, entry)) break;
      this.#heap[index] = child;
      index = childIndex;
    }
    this.#heap[index] = entry;
  }
}

function goesBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.cost < b.cost || (a.cost === b.cost && a.order > b.order);
}
