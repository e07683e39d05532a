/**
 * Counts topics and partitions of what is committed, exactly, without looking at all of them each time: counted once,
 * piece by piece and only when somebody asks, and from then on brought along by what batches add. Memory only: it costs
 * no row, and a start counts nothing.
 */

import { type ClusterCounts, CountChanges } from "./cluster-counts.ts";
import type { MetadataView, PartitionMark } from "./metadata-view.ts";

interface BatchChanges {
  readonly lastOffset: number;
  readonly changes: CountChanges;
}

/** The one count of everything, at one offset. */
interface FullCount {
  readonly steps: Iterator<void, ClusterCounts>;
  /** What `#added` was at the offset that is counted. */
  readonly addedBefore: ClusterCounts;
}

/** Topics or marked partitions that are read in one step: some milliseconds. */
const ITEMS_PER_STEP = 1000;
/** So much at once when somebody asks: for most clusters that is everything. */
const STEPS_AT_ONCE = 5;
/** Between two steps, so that brokers are answered in between. */
const STEP_INTERVAL_MS = 10;

export class ClusterCounter {
  /** Batches that are not known to be committed, in the order of the log. */
  #pending: BatchChanges[] = [];
  /** What committed batches have added since this object was made. */
  readonly #added = new CountChanges();
  /** Batches below were in the log before this object was made: what they added is known only when they are committed. */
  #unseenEndOffset: number;
  #committedEndOffset = -1;
  #full: FullCount | null = null;
  /** What the full count found, less what had been added then. */
  #base: ClusterCounts | null = null;
  #nextStepMs = Number.POSITIVE_INFINITY;

  /** `endOffset` is where the log ends now. */
  constructor(endOffset: number) {
    this.#unseenEndOffset = endOffset;
  }

  /** Elections since this object was made. */
  get elections(): Pick<CountChanges, "uncleanElections" | "electionsFromElr"> {
    return this.#added;
  }

  onBatch(lastOffset: number, changes: CountChanges): void {
    if (!changes.isEmpty) this.#pending.push({ lastOffset, changes });
  }

  onTruncate(endOffset: number): void {
    this.#unseenEndOffset = Math.min(this.#unseenEndOffset, endOffset);
    this.#pending = this.#pending.filter(({ lastOffset }) => lastOffset < endOffset);
  }

  /** The log is committed up to here (exclusive). */
  onCommit(endOffset: number): void {
    this.#committedEndOffset = endOffset;
    let committed = 0;
    for (const { lastOffset, changes } of this.#pending) {
      if (lastOffset >= endOffset) break;
      this.#added.add(changes);
      committed += 1;
    }
    if (committed > 0) this.#pending.splice(0, committed);
  }

  /** The counts of what is committed; null while they are not known yet, and then they will be soon. */
  counts(committedView: () => MetadataView, nowMs: number): ClusterCounts | null {
    if (this.#base === null && this.#full === null) this.#begin(committedView);
    for (let i = 0; i < STEPS_AT_ONCE; i++) this.#step(nowMs);
    return this.#base === null ? null : sum(this.#base, this.#added, 1);
  }

  /** Infinity unless there is more to count. */
  nextDeadlineMs(): number {
    return this.#nextStepMs;
  }

  onDeadline(nowMs: number): void {
    if (nowMs >= this.#nextStepMs) this.#step(nowMs);
  }

  #begin(committedView: () => MetadataView): void {
    if (this.#committedEndOffset < this.#unseenEndOffset) return;
    // What is committed is never cut, so the count may take its time.
    this.#full = {
      steps: countAll(committedView()),
      addedBefore: sum(NOTHING, this.#added, 1),
    };
  }

  #step(nowMs: number): void {
    if (this.#full === null) return;
    const { steps, addedBefore } = this.#full;
    const { done, value } = steps.next();
    if (done !== true) {
      this.#nextStepMs = nowMs + STEP_INTERVAL_MS;
      return;
    }
    this.#base = sum(value, addedBefore, -1);
    this.#full = null;
    this.#nextStepMs = Number.POSITIVE_INFINITY;
  }
}

const NOTHING: ClusterCounts = {
  topics: 0,
  partitions: 0,
  offlinePartitions: 0,
  imbalancedPartitions: 0,
};

function sum(a: ClusterCounts, b: ClusterCounts, sign: 1 | -1): ClusterCounts {
  return {
    topics: a.topics + sign * b.topics,
    partitions: a.partitions + sign * b.partitions,
    offlinePartitions: a.offlinePartitions + sign * b.offlinePartitions,
    imbalancedPartitions: a.imbalancedPartitions + sign * b.imbalancedPartitions,
  };
}

/** Counts what a view shows, a step at a time. */
function* countAll(view: MetadataView): Generator<void, ClusterCounts> {
  let topics = 0;
  let partitions = 0;
  for (let afterName = ""; ; ) {
    const found = view.topics(afterName, ITEMS_PER_STEP);
    topics += found.length;
    for (const { partitionCount } of found) partitions += partitionCount;
    const last = found.at(-1);
    if (last === undefined || found.length < ITEMS_PER_STEP) break;
    afterName = last.name;
    yield;
  }
  const offlinePartitions = yield* countMarked(view, "leaderless");
  const imbalancedPartitions = yield* countMarked(view, "imbalanced");
  return { topics, partitions, offlinePartitions, imbalancedPartitions };
}

function* countMarked(view: MetadataView, mark: PartitionMark): Generator<void, number> {
  let count = 0;
  for (const _ of view.markedPartitions(mark)) {
    count += 1;
    if (count % ITEMS_PER_STEP === 0) yield;
  }
  return count;
}
