/** The control batch with which a log names its voters. */

import { encodeControlRecord } from "../../src/protocol/control-record.ts";
import { type Batch, encodeBatch, readBatch } from "../../src/protocol/record-batch.ts";
import type { Voter } from "../../src/raft/voter-set.ts";

/** A batch at offset 0 of epoch 1. */
export function votersBatch(voters: readonly Voter[]): Batch {
  const data = {
    voters: voters.map(({ id, directoryId, endpoints }) => ({
      voterId: id,
      voterDirectoryId: directoryId,
      endpoints,
      kRaftVersionFeature: { minSupportedVersion: 0, maxSupportedVersion: 1 },
    })),
  };
  const bytes = encodeBatch({
    baseOffset: 0,
    leaderEpoch: 1,
    timestampMs: 1,
    control: true,
    records: [encodeControlRecord({ type: "kraftVoters", data })],
  });
  return readBatch(bytes)!;
}
