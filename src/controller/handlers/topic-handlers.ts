/** What clients do to topics. */

import { decideCreatePartitions } from "../../state/decide-create-partitions.ts";
import { decideCreateTopics } from "../../state/decide-create-topics.ts";
import { decideDeleteTopics } from "../../state/decide-delete-topics.ts";
import { type Handlers, LINEARIZABLE, mutation } from "../handler.ts";

export const TOPIC_HANDLERS = {
  createTopics: mutation(
    (quorum, request, { version }) =>
      decideCreateTopics(request, quorum.view(), {
        prng: quorum.prng,
        version,
        defaults: {
          partitions: quorum.config.numPartitions,
          replicationFactor: quorum.config.defaultReplicationFactor,
        },
      }),
    LINEARIZABLE,
  ),
  deleteTopics: mutation(
    (quorum, request, { version }) => decideDeleteTopics(request, quorum.view(), { version }),
    LINEARIZABLE,
  ),
  createPartitions: mutation(
    (quorum, request) => decideCreatePartitions(request, quorum.view(), { prng: quorum.prng }),
    LINEARIZABLE,
  ),
} satisfies Handlers;
