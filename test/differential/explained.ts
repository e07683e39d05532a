/** Differences that are meant to be: each with its reason and the place in the docs that tells of it. */

import { type Difference, errorCodesOf } from "./compare.ts";
import type { Json } from "./normalize.ts";
import type { Outcome } from "./side.ts";

export interface Explained {
  readonly name: string;
  /** What the row of docs/kafka-differences.md that tells of it begins with. */
  readonly row: string;
  readonly reason: string;
  /** A few thousand requests need not come across it. */
  readonly isRare?: boolean;
  /** The record lists and the answer may both differ over it. */
  readonly matches: (difference: Difference) => boolean;
}

const UNKNOWN_SERVER_ERROR = -1;
/** What ends a life of a broker, or of its directories. */
const SHUTDOWNS: ReadonlySet<string> = new Set([
  "brokerHeartbeat",
  "brokerRegistration",
  "unregisterBroker",
]);
const NEWER_CONFIG =
  /\.configs\.\[(errors\.deadletterqueue\..*|max\.decompressed\.message\.bytes|remote\.copy\.lag\.(bytes|ms)|streams\.assignor\.name|streams\.rack\.aware\.assignment\.tags)\]$/;

export const EXPLAINED: readonly Explained[] = [
  {
    name: "two topics of one request whose names differ in . and _ only",
    row: "names in one CreateTopics that differ only in `.` and `_`",
    reason:
      "They would collide in metrics as any two such names; Kafka only looks at topics that exist.",
    matches: ({ api, step, ours }) => {
      if (api !== "createTopics" || step.kind !== "request") return false;
      const names = (step.body.topics as readonly { name: string }[]).map(({ name }) => name);
      return (
        names.includes("a.b") &&
        names.includes("a_b") &&
        JSON.stringify(ours.answer).includes("collides with existing topic")
      );
    },
  },
  {
    name: "the oldest metadata.version",
    row: "oldest metadata.version",
    reason:
      "Brokers before 3.9 cannot join a quorum of KIP-853 voters, so nothing older is supported.",
    matches: ({ deviations }) =>
      deviations.every(({ path, apache, ours }) => {
        const isRange =
          /supportedFeatures.*\.minVersion$/.test(path) && apache === 7 && ours === 21;
        return isRange || String(ours).endsWith("only supports versions 21-33");
      }),
  },
  {
    name: "describing credentials and tokens at a controller",
    row: "DescribeUserScramCredentials and DescribeDelegationToken at a controller",
    reason:
      "An Apache controller offers them in ApiVersions and then fails with UNKNOWN_SERVER_ERROR.",
    matches: ({ api, apache }) =>
      (api === "describeUserScramCredentials" || api === "describeDelegationToken") &&
      errorCodesOf(apache.answer)[0] === UNKNOWN_SERVER_ERROR,
  },
  {
    name: "brokers that left an ELR with its topic, or when it was cleared",
    isRare: true,
    row: "a broker that was in an ELR when its topic was deleted, or when the ELR was cleared",
    reason:
      "An Apache controller keeps it on its index: it resigns over the missing topic, and looks at a partition for no reason.",
    matches: ({ api, apache, ours }) =>
      SHUTDOWNS.has(api) && (apache.isResigned || hasMorePartitionChanges(apache, ours)),
  },
  {
    name: "configs that 4.4 brought, below its metadata.version",
    row: "configs of a newer release",
    reason: "The metadata.version decides, not the build.",
    matches: ({ deviations }) =>
      deviations.every(({ path, ours }) => NEWER_CONFIG.test(path) && ours === undefined),
  },
  {
    name: "the documentation of configs",
    row: "documentation of configs",
    reason: "A controller does not carry Kafka's manual.",
    matches: ({ api, deviations }) =>
      api === "describeConfigs" &&
      deviations.every(({ path, apache, ours }) => {
        const isText = path.endsWith(".documentation") && apache !== null && ours === null;
        return isText || (NEWER_CONFIG.test(path) && ours === undefined);
      }),
  },
  {
    name: "segment.bytes below 1 MiB",
    isRare: true,
    row: "`segment.bytes` below 1 MiB",
    reason: "The metadata.version decides, not the build.",
    matches: ({ step }) =>
      step.kind === "request" &&
      /"segment\.bytes","(configOperation":\d,")?value":"/.test(
        JSON.stringify(withoutBigints(step.body)),
      ),
  },
];

/** True when Apache wrote what ours did, and changes of further partitions. */
function hasMorePartitionChanges(apache: Outcome, ours: Outcome): boolean {
  const own = new Set(ours.records.map((record) => JSON.stringify(record)));
  const further = apache.records.filter((record) => !own.delete(JSON.stringify(record)));
  return (
    own.size === 0 && further.length > 0 && further.every(({ type }) => type === "partitionChange")
  );
}

function withoutBigints(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "bigint" ? Number(inner) : inner,
    ),
  ) as Json;
}

export function explanationOf(difference: Difference): Explained | null {
  return EXPLAINED.find(({ matches }) => matches(difference)) ?? null;
}
