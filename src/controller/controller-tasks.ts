/** The periodic work of an active controller, as its configuration wants it. */

import type { PeriodicTask } from "./periodic-tasks.ts";
import type { QuorumController } from "./quorum-controller.ts";

export function controllerTasks({ config }: QuorumController): PeriodicTask[] {
  const tasks: PeriodicTask[] = [];
  if (config.metadataMaxIdleIntervalMs > 0) {
    tasks.push({
      name: "write-no-op",
      intervalMs: config.metadataMaxIdleIntervalMs,
      run: () => ({
        records: [{ type: "noOp", version: 0, data: {} }],
        atomic: true,
        again: false,
      }),
    });
  }
  return tasks;
}
