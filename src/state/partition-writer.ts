/**
 * Applies what batches say of topics and partitions: pages, names, and the index from a broker to its pages.
 * Every page is decoded once for a batch, and the index is brought up to date at its end.
 */

import { assert, present } from "../base/assert.ts";
import type { Uuid } from "../base/uuid.ts";
import type { PartitionChangeRecord } from "../protocol/records/partition-change-record.ts";
import type { PartitionRecord } from "../protocol/records/partition-record.ts";
import { CountChanges } from "./cluster-counts.ts";
import {
  ConfigResource,
  type PartitionMark,
  type PartitionState,
  type TopicState,
} from "./metadata-view.ts";
import { directoriesOf, partitionAfter } from "./partition-after.ts";
import { brokersOf, hasMark, marksOf, PARTITION_MARKS } from "./partition-mark.ts";
import type { RowEdits } from "./row-edits.ts";
import { KeyRanges, pageOfIndexKey, RowKeys } from "./row-key.ts";
import { firstPagesRow, withoutTopic, withTopic } from "./rows/first-pages.ts";
import {
  PARTITIONS_PER_PAGE,
  type PagedTopic,
  type PartitionPage,
  pageOf,
  partitionPage,
} from "./rows/partition-page.ts";
import { configRow, indexRow, topicFormRow } from "./rows/small-rows.ts";
import { topicRow } from "./rows/topic-row.ts";
import { canCollide } from "./topic-name.ts";
import type { RowKey } from "./versioned-store.ts";

interface OpenPage {
  readonly key: RowKey;
  readonly topicId: Uuid;
  readonly page: number;
  /** On the first page. */
  topic: PagedTopic | null;
  /** The brokers that its partitions belonged to before the batch. */
  readonly brokersBefore: ReadonlySet<number>;
  readonly marksBefore: ReadonlySet<PartitionMark>;
  readonly content: (PartitionState | null)[];
  brokersChanged: boolean;
}

/** A topic whose partitions are still coming in. */
interface FreshTopic extends TopicState {
  partitionCount: number;
}

const NO_BROKERS: ReadonlySet<number> = new Set();
const NO_MARKS: ReadonlySet<PartitionMark> = new Set();

export class PartitionWriter {
  readonly #edits: RowEdits;
  readonly #open = new Map<RowKey, OpenPage>();
  /** The page of the record before: records come topic by topic. */
  #latest: OpenPage | null = null;
  /** Topics of this batch, as they are on their pages and in the edits: none of their pages is stored yet. */
  readonly #fresh = new Map<Uuid, FreshTopic>();
  /** Topics with partitions that they do not count yet. */
  readonly #added = new Map<Uuid, number>();
  /** What the batch adds to what is counted. */
  readonly counts = new CountChanges();

  constructor(edits: RowEdits) {
    this.#edits = edits;
  }

  addTopic(topicId: Uuid, name: string): void {
    // That no topic before the batch has the name was seen by who decided, on the same state: to look twice more into the
    // table would cost a follower as much as all else that it does for a topic.
    const byName = RowKeys.topicByName(name);
    const firstPage = RowKeys.page(topicId, 0);
    const isNew =
      !this.#edits.holds(byName) && !this.#edits.holds(firstPage) && !this.#open.has(firstPage);
    assert(isNew, `Cannot add topic ${name}: it exists`);
    if (canCollide(name)) this.#edits.set(RowKeys.topicForm(name), topicFormRow, name);
    const topic: FreshTopic = { topicId, name, partitionCount: 0 };
    this.#edits.set(byName, topicRow, topic);
    this.#fresh.set(topicId, topic);
    this.#page(topicId, 0).topic = topic;
    this.counts.addTopic();
  }

  removeTopic(topicId: Uuid): void {
    const { name } = present(this.#topic(topicId), `Cannot remove topic ${topicId}: unknown`);
    this.flush();
    this.counts.removeTopic();
    for (const key of this.#edits.keys(KeyRanges.pagesOf(topicId))) {
      const page = Number(key.slice(key.lastIndexOf("/") + 1));
      const content = this.#edits.get(key, partitionPage)?.partitions ?? [];
      this.counts.removePartitions(content);
      for (const broker of brokersOf(content)) this.#unlist(broker, topicId, page);
      for (const mark of marksOf(content)) {
        this.#edits.set(RowKeys.markedPage(mark, topicId, page), indexRow, null);
      }
      this.#edits.set(key, partitionPage, null);
    }
    for (const key of this.#edits.keys(KeyRanges.configs(ConfigResource.TOPIC, name))) {
      this.#edits.set(key, configRow, null);
    }
    if (canCollide(name)) this.#edits.set(RowKeys.topicForm(name), topicFormRow, null);
    this.#edits.set(RowKeys.topicByName(name), topicRow, null);
  }

  /** A PartitionRecord says all of a partition, new or not. */
  putPartition(record: PartitionRecord): void {
    const { topicId, partitionId } = record;
    const fresh = this.#fresh.get(topicId);
    const known = fresh !== undefined || this.#topic(topicId) !== null;
    assert(known && partitionId >= 0, `Cannot add partition ${topicId}-${partitionId}: no topic`);
    const open = this.#page(topicId, pageOf(partitionId));
    const position = partitionId % PARTITIONS_PER_PAGE;
    while (open.content.length <= position) open.content.push(null);
    const before = open.content[position] ?? null;
    if (before === null) this.#countPartition(topicId, fresh);
    const partition = {
      replicas: record.replicas,
      directories: directoriesOf(record.replicas, record.directories),
      isr: record.isr,
      elr: record.eligibleLeaderReplicas ?? [],
      lastKnownElr: record.lastKnownElr ?? [],
      removingReplicas: record.removingReplicas,
      addingReplicas: record.addingReplicas,
      leader: record.leader,
      leaderRecoveryState: record.leaderRecoveryState,
      leaderEpoch: record.leaderEpoch,
      partitionEpoch: record.partitionEpoch,
    };
    open.content[position] = partition;
    this.counts.changePartition(before, partition, record);
    open.brokersChanged = true;
  }

  changePartition(record: PartitionChangeRecord): void {
    const { topicId, partitionId } = record;
    const open = this.#page(topicId, pageOf(partitionId));
    const position = partitionId % PARTITIONS_PER_PAGE;
    const partition = open.content[position] ?? null;
    assert(partition !== null, `Cannot change ${topicId}-${partitionId}: unknown`);
    const changed = partitionAfter(partition, record);
    open.content[position] = changed;
    this.counts.changePartition(partition, changed, record);
    if (record.replicas !== null || record.eligibleLeaderReplicas !== null) {
      open.brokersChanged = true;
    }
  }

  /** Forgets the eligible leader replicas of a topic, or of all when `topicName` is empty (KIP-966). */
  clearElr(topicName: string): void {
    let range = KeyRanges.markedPages("elr");
    if (topicName !== "") {
      const topic = this.#edits.get(RowKeys.topicByName(topicName), topicRow);
      const { topicId } = present(topic, `Cannot clear the ELR of topic ${topicName}: unknown`);
      range = KeyRanges.markedPagesOf("elr", topicId);
    }
    this.flush();
    for (const key of this.#edits.keys(range)) {
      const { topicId, page } = pageOfIndexKey(key);
      const open = this.#page(topicId, page);
      for (const [position, partition] of open.content.entries()) {
        if (partition === null || !hasMark("elr", partition)) continue;
        const partitionEpoch = partition.partitionEpoch + 1;
        open.content[position] = { ...partition, elr: [], lastKnownElr: [], partitionEpoch };
        open.brokersChanged = true;
      }
    }
  }

  /** Hands every open page, the index and the counts of partitions to the edits. */
  flush(): void {
    this.#countAdded();
    for (const open of this.#open.values()) {
      const { key, topicId, page, topic, brokersBefore, content, brokersChanged } = open;
      this.#edits.set(key, partitionPage, { topic, partitions: content });
      this.#mark(open);
      if (!brokersChanged) continue;
      const brokers = brokersOf(content);
      for (const broker of brokersBefore) {
        if (!brokers.has(broker)) this.#unlist(broker, topicId, page);
      }
      for (const broker of brokers) {
        if (!brokersBefore.has(broker)) this.#list(broker, topicId, page);
      }
    }
    this.#open.clear();
    this.#fresh.clear();
    this.#latest = null;
  }

  /** Tells topics that were there before the batch of the partitions that it adds. */
  #countAdded(): void {
    for (const [topicId, count] of this.#added) {
      const first = this.#page(topicId, 0);
      const { name, partitionCount } = present(
        first.topic,
        `Cannot count the partitions of ${topicId}`,
      );
      const topic = { topicId, name, partitionCount: partitionCount + count };
      first.topic = topic;
      this.#edits.set(RowKeys.topicByName(name), topicRow, topic);
    }
    this.#added.clear();
  }

  /** Leads from a broker to a page. */
  #list(broker: number, topicId: Uuid, page: number): void {
    if (page > 0) {
      this.#edits.set(RowKeys.brokerPage(broker, topicId, page), indexRow, true);
      return;
    }
    this.#edits.grow(RowKeys.brokerFirstPages(broker, topicId), firstPagesRow, (list) => {
      return withTopic(list, topicId, this.#edits.offset);
    });
  }

  #unlist(broker: number, topicId: Uuid, page: number): void {
    if (page > 0) {
      this.#edits.set(RowKeys.brokerPage(broker, topicId, page), indexRow, null);
      return;
    }
    const key = RowKeys.brokerFirstPages(broker, topicId);
    const list = present(this.#edits.get(key, firstPagesRow), `Cannot read ${key}: not there`);
    this.#edits.set(key, firstPagesRow, withoutTopic(list, topicId));
  }

  #countPartition(topicId: Uuid, fresh: FreshTopic | undefined): void {
    if (fresh !== undefined) fresh.partitionCount += 1;
    else this.#added.set(topicId, (this.#added.get(topicId) ?? 0) + 1);
  }

  /** Brings the marks of a page up to date with its content. */
  #mark({ topicId, page, marksBefore, content }: OpenPage): void {
    const marks = marksOf(content);
    for (const mark of PARTITION_MARKS) {
      if (marks.has(mark) === marksBefore.has(mark)) continue;
      const entry = marks.has(mark) ? true : null;
      this.#edits.set(RowKeys.markedPage(mark, topicId, page), indexRow, entry);
    }
  }

  #topic(topicId: Uuid): PagedTopic | null {
    const key = RowKeys.page(topicId, 0);
    const first: Pick<PartitionPage, "topic"> | null =
      this.#open.get(key) ?? this.#edits.get(key, partitionPage);
    return first === null ? null : first.topic;
  }

  #page(topicId: Uuid, page: number): OpenPage {
    const latest = this.#latest;
    if (latest !== null && latest.topicId === topicId && latest.page === page) return latest;
    const key = RowKeys.page(topicId, page);
    let open = this.#open.get(key);
    if (open === undefined) {
      const isFresh = this.#fresh.has(topicId);
      const stored = isFresh ? null : this.#edits.get(key, partitionPage);
      open = {
        key,
        topicId,
        page,
        topic: stored === null ? null : stored.topic,
        brokersBefore: stored === null ? NO_BROKERS : brokersOf(stored.partitions),
        marksBefore: stored === null ? NO_MARKS : marksOf(stored.partitions),
        content: stored === null ? [] : [...stored.partitions],
        brokersChanged: false,
      };
      this.#open.set(key, open);
    }
    this.#latest = open;
    return open;
  }
}
