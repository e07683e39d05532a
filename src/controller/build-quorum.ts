/** Puts a formatted controller together on its database. */

import { present } from "../base/assert.ts";
import type { Prng } from "../base/prng.ts";
import type { Sql } from "../base/sql.ts";
import { SqlElectionStore } from "../raft/election-store.ts";
import { Replica } from "../raft/replica.ts";
import { SqlLog } from "../raft/sql-log.ts";
import { DEFAULT_TIMING } from "../raft/timing.ts";
import { KRAFT_VERSION } from "../state/metadata-version.ts";
import { SqlVersionedStore } from "../state/sql-versioned-store.ts";
import type { FormatDocument } from "./api.ts";
import { ApplyingLog } from "./applying-log.ts";
import { QuorumController } from "./quorum-controller.ts";
import { LISTENER_NAME } from "./served-apis.ts";

/** broker.session.timeout.ms of Kafka. */
const SESSION_TIMEOUT_MS = 9000;

export interface BuildOptions {
  readonly controllerId: number;
  readonly prng: Prng;
  readonly nowMs: number;
}

export function buildQuorum(
  sql: Sql,
  document: FormatDocument,
  { controllerId, prng, nowMs }: BuildOptions,
): QuorumController {
  const log = new ApplyingLog(new SqlLog(sql), new SqlVersionedStore(sql));
  const self = document.controllers.find(({ id }) => id === controllerId);
  const replica = new Replica({
    clusterId: document.clusterId,
    nodeId: controllerId,
    directoryId: present(self, "Cannot open: this controller is not a voter").directoryId,
    listenerName: LISTENER_NAME,
    log,
    elections: new SqlElectionStore(sql),
    prng,
    nowMs,
    bootstrapVoters: document.controllers.map(({ id, directoryId, host, port }) => ({
      id,
      directoryId,
      endpoints: [{ name: LISTENER_NAME, host, port }],
    })),
    timing: DEFAULT_TIMING,
    kraftVersionRange: { min: 0, max: KRAFT_VERSION },
  });
  return new QuorumController({
    document,
    replica,
    log,
    prng,
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
  });
}
