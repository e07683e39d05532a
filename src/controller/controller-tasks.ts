/** The periodic work of an active controller, as its configuration wants it. */

import { decideRemoveExpiredAccessTokens } from "../state/decide-access-token-change.ts";
import { decideForgetAnswers } from "../state/decide-forget-answers.ts";
import {
  balanceLeaders,
  electUncleanLeaders,
  type LeaderBalance,
} from "../state/decide-leader-balance.ts";
import { decideRemoveExpiredTokens } from "../state/decide-token-expiry.ts";
import type { MetadataView } from "../state/metadata-view.ts";
import type { PeriodicTask } from "./periodic-tasks.ts";
import type { QuorumController } from "./quorum-controller.ts";
import { registrationTask } from "./registration-task.ts";

/** An expired token is refused at once; removing it only makes room. */
const ACCESS_TOKEN_CHECK_INTERVAL_MS = 600_000;
/** Often enough that one piece does, for the answers that the gateway has remembered for a minute. */
const FORGET_ANSWERS_INTERVAL_MS = 10_000;

export function controllerTasks(quorum: QuorumController): PeriodicTask[] {
  const { config } = quorum;
  const tasks: PeriodicTask[] = [registrationTask(quorum)];
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
  if (config.autoLeaderRebalanceEnable) {
    const intervalMs = config.leaderImbalanceCheckIntervalMs;
    tasks.push(leaderTask(quorum, "elect-preferred", intervalMs, balanceLeaders));
  }
  const intervalMs = config.uncleanLeaderElectionIntervalMs;
  tasks.push(leaderTask(quorum, "elect-unclean", intervalMs, electUncleanLeaders));
  if (quorum.tokenHmacs !== null) {
    tasks.push({
      name: "expire-delegation-tokens",
      intervalMs: config.delegationTokenExpiryCheckIntervalMs,
      run: (nowMs) => decideRemoveExpiredTokens(quorum.view(), nowMs),
    });
  }
  tasks.push({
    name: "expire-access-tokens",
    intervalMs: ACCESS_TOKEN_CHECK_INTERVAL_MS,
    run: (nowMs) => decideRemoveExpiredAccessTokens(quorum.view(), nowMs),
  });
  tasks.push({
    name: "forget-answers",
    intervalMs: FORGET_ANSWERS_INTERVAL_MS,
    run: (nowMs) => decideForgetAnswers(quorum.view(), nowMs),
  });
  return tasks;
}

function leaderTask(
  quorum: QuorumController,
  name: string,
  intervalMs: number,
  decide: (view: MetadataView) => LeaderBalance,
): PeriodicTask {
  return {
    name,
    intervalMs,
    run: () => {
      const { records, isFull } = decide(quorum.view());
      return { records, atomic: false, again: isFull };
    },
  };
}
