/** Looks at a controller after a transaction, without changing anything in it. */

import type { ControllerHost } from "./controller-host.ts";
import type { LogChange } from "./disk.ts";
import type { Life } from "./life.ts";
import type { ReplicaView } from "./observation.ts";

/** Null while the controller is not formatted. */
export function viewOf(
  host: ControllerHost,
  life: Life,
  transaction: {
    readonly changes: readonly LogChange[];
    readonly openCalls: number;
    readonly atMs: number;
  },
): ReplicaView | null {
  const { quorum } = life.node;
  if (quorum === null) return null;
  const { replica } = quorum;
  const { disk } = host;
  return {
    id: host.id,
    life: life.number,
    role: replica.role,
    epoch: replica.epoch,
    leaderId: replica.leaderId,
    highWatermark: replica.highWatermark,
    epochStartOffset: replica.epochStartOffset,
    storedEpoch: disk.election?.leaderEpoch ?? 0,
    votedId: disk.election?.votedId ?? -1,
    voters: replica.voters().map(({ id }) => id),
    log: disk.log,
    // As it is whenever somebody looks: it grows between transactions.
    get durableEndOffset() {
      return disk.durableEndOffset;
    },
    stateLastOffset: disk.state.lastOffset,
    stateDigest: disk.state.digest,
    ...transaction,
    clockMs: life.clockMs,
    heardMs: life.heardMs,
    hasLostDisk: host.hasLostDisk,
  };
}
