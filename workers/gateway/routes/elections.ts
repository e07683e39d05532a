/** Electing leaders of partitions. */

import * as v from "valibot";
import { fields, int32, listOf, oneOf, text } from "../input.ts";
import { requireNoError } from "../kafka-error.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { TOPIC_SHAPES } from "../shapes/topic-shapes.ts";
import { eachPartitionOnce, resultJson } from "./reassignments.ts";
import { TIMEOUT_MS } from "./topics.ts";

const ELECTION_TYPES = ["PREFERRED", "UNCLEAN"] as const;

const elect = route({
  method: "POST",
  path: `${CLUSTER}/elections`,
  operationId: "electLeaders",
  tag: "Partitions",
  summary: "Elect leaders",
  isBatch: true,
  description:
    "PREFERRED elects the first replica; UNCLEAN elects any that lives where there is no leader, and may lose records. Without partitions it is done for all that need it.",
  body: fields({
    election_type: oneOf(ELECTION_TYPES),
    partitions: v.optional(
      v.nullable(
        v.pipe(
          listOf(fields({ topic_name: text(249), partition_id: int32 }), 1000),
          eachPartitionOnce(),
        ),
      ),
      null,
    ),
  }),
  answers: {
    200: { description: "What became of each.", schema: TOPIC_SHAPES.KafkaElectionResultList },
  },
  right: { operation: "ALTER", resourceType: "CLUSTER", resource: "cluster" },
  async handle(call) {
    const { election_type: type, partitions } = call.body;
    const byTopic =
      partitions === null ? null : Map.groupBy(partitions, (asked) => asked.topic_name);
    const topicPartitions =
      byTopic === null
        ? null
        : [...byTopic].map(([topic, asked]) => ({
            topic,
            partitions: asked.map((one) => one.partition_id),
          }));
    const answer = await call.quorum.write(
      "electLeaders",
      { electionType: ELECTION_TYPES.indexOf(type), topicPartitions, timeoutMs: TIMEOUT_MS },
      { idempotent: false },
    );
    requireNoError(answer.errorCode, null);
    const data = answer.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
      partitionResult.map(({ partitionId, errorCode, errorMessage }) => ({
        topic_name: topic,
        partition_id: partitionId,
        ...resultJson(errorCode, errorMessage),
      })),
    );
    return call.ok(call.links.list("KafkaElectionResultList", [], "elections", data));
  },
});

export const electionRoutes: readonly Route[] = [elect];
