/** After all faults every controller must be like its leader. */

import { expect, test } from "vitest";
import type { FinalReplica } from "../observation.ts";
import { Convergence } from "./convergence.ts";
import { broken, finalReplica, finalWorld } from "./histories.ts";

/** The other two are as they should be. */
function endWithThird(third: Partial<FinalReplica>): void {
  const replicas = [finalReplica(), finalReplica({ id: 2 }), finalReplica({ id: 3, ...third })];
  new Convergence().onEnd(finalWorld({ replicas }));
}

test("a leader and followers with the same log and state are accepted", () => {
  endWithThird({});
});

test("a world that nobody leads is found", () => {
  const replicas = [finalReplica({ role: "follower" }), finalReplica({ id: 2 })];
  expect(broken(() => new Convergence().onEnd(finalWorld({ replicas })))).toEqual([
    "convergence",
    "nobody leads",
  ]);
});

test.each<[string, Partial<FinalReplica>, string]>([
  ["another epoch", { epoch: 2 }, "3 is in epoch 2, leader 1 in 1"],
  ["no leader to follow", { role: "prospective" }, "3 is prospective"],
  [
    "a shorter log",
    { logEndOffset: 9 },
    "the log of 3 ends at 9 and differs from that of leader 1",
  ],
  ["another log", { logDigest: 1 }, "the log of 3 ends at 10 and differs from that of leader 1"],
  ["a high watermark below its log", { highWatermark: 9 }, "3 has committed 9 of 10"],
  ["another state", { rowsDigest: 1 }, "3 reads another state than 1"],
  [
    "a state that its log does not make",
    { replayedRowsDigest: 1 },
    "3 reads another state than its log replays to",
  ],
])("a controller with %s is found", (_, third, fact) => {
  expect(broken(() => endWithThird(third))).toEqual(["convergence", fact]);
});
