/** Elections that are asked for: of the preferred leader, or of any (KIP-460). */

import { ErrorCode } from "../../../src/base/error-code.ts";
import type { PartitionState } from "../../../src/state/metadata-view.ts";
import type { Area } from "./area.ts";
import type { Desk } from "./desk.ts";
import { knownPartition } from "./known-partition.ts";

const PREFERRED = 0;
const UNCLEAN = 1;
const UNKNOWN_TYPE = 7;
const timeoutMs = 5000;
/** After these something may still come of it. */
const LEAVES_IT_OPEN: ReadonlySet<number> = new Set([
  ErrorCode.NOT_CONTROLLER,
  ErrorCode.REQUEST_TIMED_OUT,
]);

export class LeaderRequests implements Area {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  act(): void {
    const drawn = this.#desk.prng.below(10);
    if (drawn < 5) this.#electPreferred();
    else if (drawn < 8) this.#electUncleanly();
    else if (drawn < 9) this.#electEverywhere();
    else this.#mistake();
  }

  #electPreferred(): void {
    const desk = this.#desk;
    const known = knownPartition(desk, isImbalanced);
    if (known === null) return;
    const topicPartitions = [{ topic: known.topic, partitions: [known.partitionIndex] }];
    const body = { electionType: PREFERRED, topicPartitions, timeoutMs };
    desk.ask("electLeaders", body, { user: desk.someone() });
  }

  #electUncleanly(): void {
    const desk = this.#desk;
    const known = knownPartition(desk, ({ leader }) => leader < 0);
    if (known === null) return;
    const { topic, partitionIndex } = known;
    const { witness } = desk.world;
    const id = desk.world.nextSerial();
    witness.uncleanAsked({ id, partitions: [{ topic, partitionIndex }] });
    const topicPartitions = [{ topic, partitions: [partitionIndex] }];
    const body = { electionType: UNCLEAN, topicPartitions, timeoutMs };
    desk.ask("electLeaders", body, { user: desk.someone() }, ({ errorCode, ...response }) => {
      const codes = [
        errorCode,
        ...response.replicaElectionResults.flatMap(({ partitionResult }) =>
          partitionResult.map((result) => result.errorCode),
        ),
      ];
      if (!codes.some((code) => LEAVES_IT_OPEN.has(code))) witness.uncleanAnswered(id);
    });
  }

  #electEverywhere(): void {
    const desk = this.#desk;
    const body = { electionType: PREFERRED, topicPartitions: null, timeoutMs };
    desk.ask("electLeaders", body, { user: desk.someone() });
  }

  #mistake(): void {
    const desk = this.#desk;
    const topicPartitions = [{ topic: "no-such-topic", partitions: [0, 1] }];
    const electionType = desk.pick([UNKNOWN_TYPE, PREFERRED]);
    desk.ask(
      "electLeaders",
      { electionType, topicPartitions, timeoutMs },
      { user: desk.someone() },
    );
  }
}

function isImbalanced({ leader, replicas }: PartitionState): boolean {
  return leader !== replicas[0];
}
