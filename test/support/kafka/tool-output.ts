/** Owns reading what the stock tools print; a line that is not as expected throws with the whole text. */

/** One partition of a described topic. */
export interface PartitionDescription {
  readonly partition: number;
  /** -1 when there is none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly elr: readonly number[];
}

/** A topic as TopicCommand and the client session describe it. */
export interface TopicDescription {
  readonly topic: string;
  readonly topicId: string;
  readonly partitions: readonly PartitionDescription[];
}

/** What `MetadataQuorumCommand describe --status` prints. */
export interface QuorumStatus {
  readonly clusterId: string;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly maxFollowerLag: number;
  readonly maxFollowerLagTimeMs: number;
  readonly voters: readonly number[];
  readonly observers: readonly number[];
}

/** A line of `MetadataQuorumCommand describe --replication`. */
export interface ReplicationLine {
  readonly nodeId: number;
  readonly directoryId: string;
  readonly logEndOffset: number;
  readonly lag: number;
  readonly status: string;
}

/** A line of `FeatureCommand describe`; levels as printed, such as `4.0-IV3` or `2`. */
export interface FeatureLine {
  readonly feature: string;
  readonly supportedMin: string;
  readonly supportedMax: string;
  readonly finalized: string;
  readonly epoch: number;
}

/** Reads `TopicCommand --describe`. */
export function parseTopicDescriptions(text: string): TopicDescription[] {
  const topics: { topic: string; topicId: string; partitions: PartitionDescription[] }[] = [];
  for (const line of text.split("\n").filter((line) => line.includes("Topic: "))) {
    const fields = labelled(line);
    const topic = wanted(fields, "Topic", text);
    if (!fields.has("Partition")) {
      topics.push({ topic, topicId: wanted(fields, "TopicId", text), partitions: [] });
      continue;
    }
    // Asked with a filter such as --under-replicated-partitions, the tool prints no topic line.
    if (topics.at(-1)?.topic !== topic) topics.push({ topic, topicId: "", partitions: [] });
    const leader = Number(wanted(fields, "Leader", text));
    topics.at(-1)?.partitions.push({
      partition: Number(wanted(fields, "Partition", text)),
      leader: Number.isNaN(leader) ? -1 : leader,
      replicas: numbers(fields.get("Replicas")),
      isr: numbers(fields.get("Isr")),
      elr: numbers(fields.get("Elr")),
    });
  }
  return topics;
}

/** Reads `MetadataQuorumCommand describe --status`. */
export function parseQuorumStatus(text: string): QuorumStatus {
  const fields = new Map(
    text.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    }),
  );
  const number = (label: string): number => Number(wanted(fields, label, text));
  return {
    clusterId: wanted(fields, "ClusterId", text),
    leaderId: number("LeaderId"),
    leaderEpoch: number("LeaderEpoch"),
    highWatermark: number("HighWatermark"),
    maxFollowerLag: number("MaxFollowerLag"),
    maxFollowerLagTimeMs: number("MaxFollowerLagTimeMs"),
    voters: replicaIds(wanted(fields, "CurrentVoters", text)),
    observers: replicaIds(wanted(fields, "CurrentObservers", text)),
  };
}

/** Reads `MetadataQuorumCommand describe --replication`. */
export function parseQuorumReplication(text: string): ReplicationLine[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns.length >= 5 && /^\d+$/.test(columns[0] ?? ""))
    .map((columns) => ({
      nodeId: Number(columns[0]),
      directoryId: columns[1] ?? "",
      logEndOffset: Number(columns[2]),
      lag: Number(columns[3]),
      status: columns.at(-1) ?? "",
    }));
}

/** Reads `FeatureCommand describe`. */
export function parseFeatures(text: string): FeatureLine[] {
  const lines = text.split("\n").filter((line) => line.startsWith("Feature: "));
  return lines.map((line) => {
    const fields = labelled(line);
    return {
      feature: wanted(fields, "Feature", text),
      supportedMin: wanted(fields, "SupportedMinVersion", text),
      supportedMax: wanted(fields, "SupportedMaxVersion", text),
      finalized: wanted(fields, "FinalizedVersionLevel", text),
      epoch: Number(wanted(fields, "Epoch", text)),
    };
  });
}

/** Splits `A: 1<gap>B: 2`, where the gap is a tab or the spaces of a padded column. */
function labelled(line: string): Map<string, string> {
  return new Map(
    line
      .trim()
      .split(/\t|\s{2,}/)
      .map((part) => part.trim())
      .filter((part) => part.includes(":"))
      .map((part) => {
        const colon = part.indexOf(":");
        return [part.slice(0, colon), part.slice(colon + 1).trim()] as const;
      }),
  );
}

function wanted(fields: ReadonlyMap<string, string>, label: string, text: string): string {
  const value = fields.get(label);
  if (value === undefined) throw new Error(`Cannot find "${label}" in:\n${text}`);
  return value;
}

function numbers(list: string | undefined): number[] {
  return (list ?? "")
    .split(",")
    .filter((part) => /^\d+$/.test(part))
    .map(Number);
}

/** Reads a list of ids, or of objects as newer releases print, and returns the ids in ascending order. */
function replicaIds(json: string): number[] {
  const replicas = JSON.parse(json) as (number | { readonly id: number })[];
  const ids = replicas.map((replica) => (typeof replica === "number" ? replica : replica.id));
  return ids.sort((a, b) => a - b);
}
