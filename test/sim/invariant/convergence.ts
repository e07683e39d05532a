/** Once all faults are over every controller has the same log and reads the same state, which is what the log says. */

import { type FinalWorld, type Invariant, InvariantBroken } from "../observation.ts";

export class Convergence implements Invariant {
  readonly name = "convergence";

  onEnd({ replicas }: FinalWorld): void {
    const leader = replicas.find(({ role }) => role === "leader");
    if (leader === undefined) this.#fail("nobody leads");
    for (const {
      id,
      epoch,
      role,
      logEndOffset,
      highWatermark,
      logDigest,
      rowsDigest,
      replayedRowsDigest,
    } of replicas) {
      if (epoch !== leader.epoch)
        this.#fail(`${id} is in epoch ${epoch}, leader ${leader.id} in ${leader.epoch}`);
      if (role !== "leader" && role !== "follower") this.#fail(`${id} is ${role}`);
      if (logEndOffset !== leader.logEndOffset || logDigest !== leader.logDigest) {
        this.#fail(
          `the log of ${id} ends at ${logEndOffset} and differs from that of leader ${leader.id}`,
        );
      }
      if (highWatermark !== logEndOffset) {
        this.#fail(`${id} has committed ${highWatermark} of ${logEndOffset}`);
      }
      if (rowsDigest !== leader.rowsDigest)
        this.#fail(`${id} reads another state than ${leader.id}`);
      if (rowsDigest !== replayedRowsDigest)
        this.#fail(`${id} reads another state than its log replays to`);
    }
  }

  #fail(fact: string): never {
    throw new InvariantBroken(this.name, fact);
  }
}
