/** What clients do to topics. */

import { decideCreatePartitions } from "../../state/decide-create-partitions.ts";
import { decideCreateTopics } from "../../state/decide-create-topics.ts";
import { decideDeleteTopics } from "../../state/decide-delete-topics.ts";
import { callerTopicRights } from "../caller-topic-rights.ts";
import { type Handlers, LINEARIZABLE, mutation } from "../handler.ts";
import { throttle } from "../mutation-throttle.ts";

/** The versions from which on clients know that a quota may be exceeded. */
const STRICT_SINCE = { createTopics: 6, deleteTopics: 5, createPartitions: 3 } as const;

export const TOPIC_HANDLERS = {
  createTopics: mutation(
    (quorum, request, context) =>
      throttle(quorum, context, STRICT_SINCE.createTopics, (quota) =>
        decideCreateTopics(request, quorum.view(), {
          prng: quorum.prng,
          version: context.version,
          defaults: {
            partitions: quorum.config.numPartitions,
            replicationFactor: quorum.config.defaultReplicationFactor,
          },
          rights: callerTopicRights(context.caller),
          isLeaving: (broker) => quorum.sessions.isShuttingDown(broker),
          quota,
        }),
      ),
    LINEARIZABLE,
  ),
  deleteTopics: mutation(
    (quorum, request, context) =>
      throttle(quorum, context, STRICT_SINCE.deleteTopics, (quota) =>
        decideDeleteTopics(request, quorum.view(), {
          version: context.version,
          enabled: quorum.config.deleteTopicEnable,
          rights: callerTopicRights(context.caller),
          quota,
        }),
      ),
    LINEARIZABLE,
  ),
  createPartitions: mutation(
    (quorum, request, context) =>
      throttle(quorum, context, STRICT_SINCE.createPartitions, (quota) =>
        decideCreatePartitions(request, quorum.view(), {
          prng: quorum.prng,
          rights: callerTopicRights(context.caller),
          isLeaving: (broker) => quorum.sessions.isShuttingDown(broker),
          quota,
        }),
      ),
    LINEARIZABLE,
  ),
} satisfies Handlers;
