/** Compares what the indexes of a state find with what is found by reading all of it. */

import type {
  MetadataView,
  PartitionAt,
  PartitionMark,
  PartitionState,
} from "../../src/state/metadata-view.ts";
import type { VersionedStore } from "../../src/state/versioned-store.ts";

/** Written anew here: what decides must not be what checks. */
const MARKED: Readonly<Record<PartitionMark, (partition: PartitionState) => boolean>> = {
  reassigning: ({ addingReplicas, removingReplicas }) =>
    addingReplicas.length + removingReplicas.length > 0,
  leaderless: ({ leader }) => leader < 0,
  imbalanced: ({ leader, replicas }) => replicas[0] !== leader,
  elr: ({ elr, lastKnownElr }) => elr.length + lastKnownElr.length > 0,
};

const ALL = Number.MAX_SAFE_INTEGER;
const MARK_KEYS = { start: "marked-page/", end: "marked-page0" };
const BROKER_KEYS = { start: "broker-page/", end: "broker-page0" };
const ANSWER_KEYS = { start: "answer/", end: "answer0" };
const ANSWER_DUE_KEYS = { start: "answer-due/", end: "answer-due0" };
const ANSWERS_OF_KEYS = { start: "answers-of/", end: "answers-of0" };
const ACCESS_TOKEN_KEYS = { start: "access-token/", end: "access-token0" };
const ACL_KEYS = { start: "acl/", end: "acl0" };
const PARTITIONS_PER_PAGE = 128;
const UUID_CHARS = 22;
const OFFSET_BYTES = 6;

/** One sentence for each index that is wrong. */
export function wrongIndexes(view: MetadataView, store: VersionedStore): string[] {
  const partitions = [...everyPartition(view)];
  const wrong: string[] = [];
  const compare = (what: string, found: Iterable<string>, scanned: Iterable<string>): void => {
    const difference = firstDifference(found, scanned);
    if (difference !== null) wrong.push(`${what} ${difference}`);
  };
  const marks = Object.keys(MARKED) as PartitionMark[];
  for (const mark of marks) {
    const found = [...view.markedPartitions(mark)].map(nameOf);
    const scanned = partitions.filter(({ partition }) => MARKED[mark](partition)).map(nameOf);
    compare(`the mark ${mark}`, found, scanned);
  }
  for (const { brokerId } of view.brokers()) {
    const found = [...view.partitionsOfBroker(brokerId)].map(nameOf);
    const scanned = partitions
      .filter(({ partition: { replicas, elr } }) => [...replicas, ...elr].includes(brokerId))
      .map(nameOf);
    compare(`the partitions of broker ${brokerId}`, found, scanned);
  }
  compare("the marked pages", storedMarks(store, view.offset), wantedMarks(partitions, marks));
  compare("the pages of brokers", storedPages(store, view.offset), wantedPages(partitions));
  const acls = [...view.acls()];
  compare(
    "the ACLs by id",
    store.scan(ACL_KEYS, view.offset, ALL).map(({ key }) => key.slice(4)),
    acls.map(({ id }) => id),
  );
  const answers = store.scan(ANSWER_KEYS, view.offset, ALL).map(({ key }) => key);
  compare(
    "the answers by time",
    store
      .scan(ANSWER_DUE_KEYS, view.offset, ALL)
      .map(({ key }) => key.split("/").slice(2).join("/"))
      .sort(),
    answers,
  );
  compare("the count of answers", [String(view.rememberedAnswerCount())], [String(answers.length)]);
  const owners = store.scan(ANSWERS_OF_KEYS, view.offset, ALL).map(({ key }) => key.split("/")[1]);
  const counted = owners.map((owner = "") => {
    return `${owner} ${view.rememberedAnswerCountOf(decodeURIComponent(owner))}`;
  });
  const byOwner = Object.entries(Object.groupBy(answers, (key) => key.split("/")[1] ?? ""));
  const scanned = byOwner.map(([owner, found = []]) => `${owner} ${found.length}`);
  compare("the answers by principal", counted, scanned);
  const sizes = new Map<string, number>();
  for (const key of answers) {
    const [, owner = "", name = ""] = key.split("/").map(decodeURIComponent);
    const { length = 0 } = view.rememberedAnswer(owner, name)?.answer ?? {};
    sizes.set(owner, (sizes.get(owner) ?? 0) + length);
  }
  const total = [...sizes.values()].reduce((sum, length) => sum + length, 0);
  compare("the bytes of answers", [String(view.rememberedAnswerBytes())], [String(total)]);
  compare(
    "the bytes of answers by principal",
    [...sizes.keys()].map((owner) => `${owner} ${view.rememberedAnswerBytesOf(owner)}`),
    [...sizes].map(([owner, length]) => `${owner} ${length}`),
  );
  const delegated = [...view.delegationTokens()].map(({ owner }) => owner);
  compare(
    "the count of delegation tokens",
    [String(view.delegationTokenCount())],
    [String(delegated.length)],
  );
  const owned = Object.entries(Object.groupBy(delegated, (owner) => owner));
  compare(
    "the delegation tokens by owner",
    owned.map(([owner]) => `${owner} ${view.delegationTokenCountOf(owner)}`),
    owned.map(([owner, found = []]) => `${owner} ${found.length}`),
  );
  const tokens = store.scan(ACCESS_TOKEN_KEYS, view.offset, ALL).length;
  compare("the count of access tokens", [String(view.accessTokenCount())], [String(tokens)]);
  return wrong;
}

function* everyPartition(view: MetadataView): Iterable<PartitionAt> {
  for (const { topicId } of view.topics("", ALL)) yield* view.partitions(topicId);
}

function nameOf({ topicId, partitionIndex }: PartitionAt): string {
  return `${topicId}-${partitionIndex}`;
}

/** Also those that lead nowhere, which a view would not show. */
function storedMarks(store: VersionedStore, offset: number): string[] {
  return store.scan(MARK_KEYS, offset, ALL).map(({ key }) => key.slice("marked-page/".length));
}

/** The same for brokers: each of a list of first pages, and each further page. */
function storedPages(store: VersionedStore, offset: number): string[] {
  return store.scan(BROKER_KEYS, offset, ALL).flatMap(({ key, value }) => {
    const [, broker = "", topicId = "", page] = key.split("/");
    if (page !== undefined) return `${broker}/${topicId}/${page}`;
    const rest = UUID_CHARS - topicId.length;
    const pages: string[] = [];
    for (let at = 1; at < value.length; at += rest + OFFSET_BYTES) {
      const id = topicId + Buffer.from(value.subarray(at, at + rest)).toString("latin1");
      pages.push(`${broker}/${id}/${digits(0)}`);
    }
    return pages;
  });
}

function wantedPages(partitions: readonly PartitionAt[]): Set<string> {
  const wanted = new Set<string>();
  for (const { topicId, partitionIndex, partition } of partitions) {
    const page = digits(Math.floor(partitionIndex / PARTITIONS_PER_PAGE));
    for (const id of [...partition.replicas, ...partition.elr]) {
      wanted.add(`${digits(id)}/${topicId}/${page}`);
    }
  }
  return wanted;
}

function digits(number: number): string {
  return String(number).padStart(10, "0");
}

function wantedMarks(
  partitions: readonly PartitionAt[],
  marks: readonly PartitionMark[],
): Set<string> {
  const wanted = new Set<string>();
  for (const { topicId, partitionIndex, partition } of partitions) {
    const page = digits(Math.floor(partitionIndex / PARTITIONS_PER_PAGE));
    for (const mark of marks) if (MARKED[mark](partition)) wanted.add(`${mark}/${topicId}/${page}`);
  }
  return wanted;
}

function firstDifference(found: Iterable<string>, scanned: Iterable<string>): string | null {
  const a = new Set(found);
  const b = new Set(scanned);
  for (const name of a) if (!b.has(name)) return `have ${name} too much`;
  for (const name of b) if (!a.has(name)) return `lack ${name}`;
  return null;
}
