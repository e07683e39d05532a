// Starts what is to be written to many connections at the same time. The output gate holds each write until what was
// stored before it is on disk, and to be held costs a write a turn of the object. So many of them wait for the disk
// together, and find the gate open; the gate still holds whichever does not.

/** To wait costs a turn as well. */
const MANY = 4;

export class JointWrites {
  readonly #whenStored: () => Promise<void>;
  #starts: (() => void)[] = [];

  /** `whenStored` resolves when what has been written to the storage until now is on disk. */
  constructor(whenStored: () => Promise<void>) {
    this.#whenStored = whenStored;
  }

  /** Has a write begin with the others of this event. */
  add(start: () => void): void {
    this.#starts.push(start);
  }

  /** Everything that this event writes was added. */
  begin(): void {
    if (this.#starts.length === 0) return;
    const starts = this.#starts;
    this.#starts = [];
    const startAll = (): void => {
      for (const start of starts) start();
    };
    if (starts.length < MANY) startAll();
    else this.#whenStored().then(startAll, startAll);
  }
}
