/** What is found by an index is what is found by looking at everything, on every controller. */

import { type FinalWorld, type Invariant, InvariantBroken } from "../observation.ts";

export class Indexes implements Invariant {
  readonly name = "indexes";

  onEnd({ replicas }: FinalWorld): void {
    for (const { id, wrongIndexes } of replicas) {
      const [wrong] = wrongIndexes;
      if (wrong === undefined) continue;
      throw new InvariantBroken(this.name, `controller ${id}: ${wrong}`);
    }
  }
}
