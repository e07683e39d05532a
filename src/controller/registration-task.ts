/**
 * Registers controllers that were unregistered although they live. An Apache controller sees that it is not registered
 * any more and says so again; here the active one speaks for all.
 */

import type { Voter } from "../raft/voter-set.ts";
import { controllerRegistrations, unregistered } from "./activation.ts";
import type { PeriodicTask } from "./periodic-tasks.ts";
import type { QuorumController } from "./quorum-controller.ts";

const INTERVAL_MS = 5000;

export function registrationTask(quorum: QuorumController): PeriodicTask {
  return {
    name: "register-controllers",
    intervalMs: INTERVAL_MS,
    run: (nowMs) => {
      const missing = unregistered(quorum.view(), quorum.replica.voters());
      if (missing.length === 0) return null;
      const living = missing.filter(isHeardOf(quorum, nowMs));
      const records = controllerRegistrations(quorum.view(), living, quorum.prng);
      return { records, atomic: true, again: false };
    },
  };
}

/** Whether a voter has fetched from this leader lately. */
function isHeardOf(quorum: QuorumController, nowMs: number): (voter: Voter) => boolean {
  const [topic] = quorum.describeQuorum(nowMs).topics;
  const voters = topic?.partitions[0]?.currentVoters ?? [];
  const lastFetchMs = new Map(
    voters.map(({ replicaId, lastFetchTimestamp }) => [replicaId, Number(lastFetchTimestamp)]),
  );
  return ({ id }) => nowMs - (lastFetchMs.get(id) ?? Number.NEGATIVE_INFINITY) < INTERVAL_MS;
}
