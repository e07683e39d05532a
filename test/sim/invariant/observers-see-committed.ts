/** Brokers are sent nothing but what is committed, as it was committed. */

import { isSameEntry, Ledger } from "../ledger.ts";
import {
  type CommittedEntry,
  type Entry,
  type Invariant,
  InvariantBroken,
} from "../observation.ts";

export class ObserversSeeCommitted implements Invariant {
  readonly name = "observers-see-committed";
  readonly #ledger = new Ledger();

  onCommitted(entry: CommittedEntry): void {
    this.#ledger.add(entry);
  }

  onServed(entry: Entry, toBroker: number): void {
    const committed = this.#ledger.entryAt(entry.baseOffset);
    if (committed !== null && isSameEntry(entry, committed)) return;
    const what = committed === null ? "which is not committed" : "which is not what was committed";
    const fact = `broker ${toBroker} is sent offset ${entry.baseOffset} of epoch ${entry.epoch}, ${what}`;
    throw new InvariantBroken(this.name, fact);
  }
}
