/** The whole scenario, chapter by chapter, against one quorum. */

import { acls } from "./chapters/acls.ts";
import {
  configsOfBrokers,
  configsOfOthers,
  configsOfTopics,
  credentials,
  quotas,
} from "./chapters/configs.ts";
import { replicatedLogs, storage } from "./chapters/disks.ts";
import { elections, uncleanElections } from "./chapters/elections.ts";
import { eligibleReplicas, features, metadataVersions } from "./chapters/features.ts";
import { quorum } from "./chapters/quorum.ts";
import { reassignments, stuckReassignments } from "./chapters/reassignments.ts";
import {
  internalTopics,
  recordedCommands,
  recordedDeaths,
  recordedFailover,
} from "./chapters/recorded.ts";
import { tokens } from "./chapters/tokens.ts";
import { topics, topicsOfUsers } from "./chapters/topics.ts";
import type { Scenario } from "./scenario.ts";

const CHAPTERS: Readonly<Record<string, (s: Scenario) => Promise<void>>> = {
  "internal topics": internalTopics,
  "recorded commands": recordedCommands,
  "recorded deaths": recordedDeaths,
  topics,
  "topics of users": topicsOfUsers,
  "configs of topics": configsOfTopics,
  "configs of brokers": configsOfBrokers,
  "configs of others": configsOfOthers,
  quotas,
  credentials,
  acls,
  reassignments,
  "stuck reassignments": stuckReassignments,
  elections,
  "unclean elections": uncleanElections,
  features,
  "eligible replicas": eligibleReplicas,
  quorum,
  tokens,
  storage,
  "recorded failover": recordedFailover,
  "metadata versions": metadataVersions,
  "replicated logs": replicatedLogs,
};

export async function play(scenario: Scenario): Promise<void> {
  for (const [chapter, tell] of Object.entries(CHAPTERS)) {
    scenario.chapter = chapter;
    await tell(scenario);
  }
}
