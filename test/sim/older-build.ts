/**
 * A version of the code as it may still run on some controllers for minutes after a deploy: it speaks older versions of
 * the peer requests, fetches little at a time, and fences and unfences brokers in small pieces.
 */

import type { Patch } from "./build.ts";

export const OLDER_BUILD: readonly Patch[] = [
  {
    file: "src/raft/outbox.ts",
    find: "beginQuorumEpoch: 1,\n  endQuorumEpoch: 1,\n  fetch: 18,",
    replace: "beginQuorumEpoch: 0,\n  endQuorumEpoch: 0,\n  fetch: 17,",
  },
  {
    file: "src/raft/timing.ts",
    find: "fetchMaxBytes: 8 * 1024 * 1024,",
    replace: "fetchMaxBytes: 2000,",
  },
  {
    file: "src/state/broker-leadership.ts",
    find: "MAX_CHANGES_PER_EVENT = 10_000",
    replace: "MAX_CHANGES_PER_EVENT = 2",
  },
  {
    file: "src/state/broker-leadership.ts",
    find: "MAX_LOOKED_AT = 50_000",
    replace: "MAX_LOOKED_AT = 3",
  },
];
