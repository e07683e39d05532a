/** kafka-metadata-quorum and kafka-cluster, through brokers of each release and through the controllers. */

import type { Scenario } from "../scenario.ts";

export async function quorum(s: Scenario): Promise<void> {
  for (const door of [11, 12, 13, "controllers"] as const) {
    await s.run(door, "kafka-metadata-quorum describe --status");
    await s.run(door, "kafka-metadata-quorum describe --replication");
    await s.run(door, "kafka-cluster cluster-id");
    await s.run(door, "kafka-cluster list-endpoints");
    await s.run(door, "kafka-cluster list-endpoints --include-fenced-brokers");
  }
  await s.run({ broker: 12, user: "alice" }, "kafka-metadata-quorum describe --status");
  await s.run({ broker: 12, user: "alice" }, "kafka-cluster unregister --id 13");
  await s.run(11, "kafka-cluster unregister --id 99");
  await s.run("controllers", "kafka-cluster unregister --id 99");
  await s.run(
    "controllers",
    "kafka-metadata-quorum remove-controller --controller-id 9 --controller-directory-id AAAAAAAAAAAAAAAAAAAAAQ",
  );
  await s.run(
    12,
    "kafka-metadata-quorum remove-controller --controller-id 9 --controller-directory-id AAAAAAAAAAAAAAAAAAAAAQ",
  );
}
