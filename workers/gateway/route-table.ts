/** Every route of the API. Of two paths that match, the earlier one answers. */

import type { Route } from "./route.ts";
import { accessTokenRoutes } from "./routes/access-tokens.ts";
import { aclRoutes } from "./routes/acls.ts";
import { brokerConfigRoutes } from "./routes/broker-configs.ts";
import { brokerRoutes } from "./routes/brokers.ts";
import { clusterRoutes } from "./routes/clusters.ts";
import { dataPlaneRoutes } from "./routes/data-plane.ts";
import { delegationTokenRoutes } from "./routes/delegation-tokens.ts";
import { documentRoutes } from "./routes/documents.ts";
import { electionRoutes } from "./routes/elections.ts";
import { featureRoutes } from "./routes/features.ts";
import { groupConfigRoutes } from "./routes/group-configs.ts";
import { healthRoutes } from "./routes/health.ts";
import { logRoutes } from "./routes/log.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { partitionRoutes } from "./routes/partitions.ts";
import { quorumRoutes } from "./routes/quorum.ts";
import { quotaRoutes } from "./routes/quotas.ts";
import { reassignmentRoutes } from "./routes/reassignments.ts";
import { scramRoutes } from "./routes/scram-users.ts";
import { topicConfigRoutes } from "./routes/topic-configs.ts";
import { topicRoutes } from "./routes/topics.ts";

const OTHERS: readonly Route[] = [
  ...clusterRoutes,
  ...quorumRoutes,
  ...logRoutes,
  ...brokerConfigRoutes,
  ...brokerRoutes,
  ...topicConfigRoutes,
  ...groupConfigRoutes,
  ...reassignmentRoutes,
  ...topicRoutes,
  ...partitionRoutes,
  ...electionRoutes,
  ...accessTokenRoutes,
  ...delegationTokenRoutes,
  ...aclRoutes,
  ...scramRoutes,
  ...quotaRoutes,
  ...featureRoutes,
  ...dataPlaneRoutes,
  ...healthRoutes,
  ...metricsRoutes,
];

export const ROUTES: readonly Route[] = [...OTHERS, ...documentRoutes(OTHERS)];
