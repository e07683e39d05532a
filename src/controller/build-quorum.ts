/** Puts a formatted controller together on its stores. */

import { present } from "../base/assert.ts";
import type { Prng } from "../base/prng.ts";
import { Replica } from "../raft/replica.ts";
import { DEFAULT_TIMING } from "../raft/timing.ts";
import { KRAFT_VERSION } from "../state/features.ts";
import type { FormatDocument } from "./api.ts";
import { ApplyingLog } from "./applying-log.ts";
import type { ControllerConfig } from "./controller-config.ts";
import type { ControllerMetrics } from "./controller-metrics.ts";
import { LISTENER_NAME } from "./listener-name.ts";
import type { NodeStores } from "./node-stores.ts";
import { QuorumController } from "./quorum-controller.ts";

export interface BuildOptions {
  readonly controllerId: number;
  readonly prng: Prng;
  readonly config: ControllerConfig;
  readonly metrics: ControllerMetrics;
  readonly nowMs: number;
}

export function buildQuorum(
  stores: NodeStores,
  document: FormatDocument,
  { controllerId, prng, config, metrics, nowMs }: BuildOptions,
): QuorumController {
  const log = new ApplyingLog(stores.log, stores.state, {
    nodeId: controllerId,
    properties: config.properties,
  });
  const self = document.controllers.find(({ id }) => id === controllerId);
  const replica = new Replica({
    clusterId: document.clusterId,
    nodeId: controllerId,
    directoryId: present(self, "Cannot open: this controller is not a voter").directoryId,
    listenerName: LISTENER_NAME,
    log,
    elections: stores.elections,
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
    config,
    metrics,
  });
}
