/**
 * A page: 128 partitions of a topic in one value, because storage is billed and sought by rows; the first page says of the
 * topic itself what has to be known, so that most topics are one row. Written by hand: the one row that is read and
 * written by the thousand. Directories are listed once for the page and named by position; fields at their usual value
 * are left out. Some 20 bytes a partition.
 */

import { assert } from "../../base/assert.ts";
import { ByteReader } from "../../base/byte-reader.ts";
import { type ByteWriter, bytesPacked } from "../../base/byte-writer.ts";
import type { Uuid } from "../../base/uuid.ts";
import type { PartitionAt, PartitionState } from "../metadata-view.ts";
import type { RowFormat } from "./row-format.ts";

export const PARTITIONS_PER_PAGE = 128;

/** What the first page says of its topic. */
export interface PagedTopic {
  readonly name: string;
  /** On all its pages. */
  readonly partitionCount: number;
}

export interface PartitionPage {
  /** On the first page of a topic, null on the others. */
  readonly topic: PagedTopic | null;
  /** By position in the page; null where there is no partition (only while a topic's records are still coming in). */
  readonly partitions: readonly (PartitionState | null)[];
}

/** The page that holds the partition. */
export function pageOf(partitionIndex: number): number {
  return Math.floor(partitionIndex / PARTITIONS_PER_PAGE);
}

/** The partitions of a page, with their indexes in the topic; none of a page that is not there. */
export function* partitionsOn(
  content: PartitionPage | null,
  topicId: Uuid,
  page: number,
): Iterable<PartitionAt> {
  for (const [position, partition] of (content?.partitions ?? []).entries()) {
    if (partition === null) continue;
    yield { topicId, partitionIndex: page * PARTITIONS_PER_PAGE + position, partition };
  }
}

const FORMAT_VERSION = 1;

/** What is unusual about a partition; ABSENT stands alone. */
const ISR_IS_NOT_REPLICAS = 1;
const ELR = 2;
const LAST_KNOWN_ELR = 4;
const REMOVING = 8;
const ADDING = 16;
const RECOVERING = 32;
const ABSENT = 64;

export const partitionPage: RowFormat<PartitionPage> = {
  encode({ topic, partitions }) {
    return bytesPacked((writer) => {
      writer.int8(FORMAT_VERSION);
      writeTopic(writer, topic);
      const positions = writeDirectories(writer, partitions);
      writer.uvarint(partitions.length);
      for (const partition of partitions) {
        if (partition === null) writer.int8(ABSENT);
        else writePartition(writer, partition, positions);
      }
    });
  },
  decode: (value) => new StoredPage(value),
};

/** A page as it is stored; its partitions are read when somebody asks for them, and not for a name. */
class StoredPage implements PartitionPage {
  readonly topic: PagedTopic | null;
  /** At the partitions, until they are read. */
  readonly #reader: ByteReader;
  #partitions: PartitionPage["partitions"] | null = null;

  constructor(value: Uint8Array) {
    this.#reader = new ByteReader(value);
    const version = this.#reader.int8();
    assert(version === FORMAT_VERSION, `Cannot read a page of format ${version}`);
    this.topic = readTopic(this.#reader);
  }

  get partitions(): PartitionPage["partitions"] {
    this.#partitions ??= readPartitions(this.#reader);
    return this.#partitions;
  }
}

function writeTopic(writer: ByteWriter, topic: PagedTopic | null): void {
  writer.int8(topic === null ? 0 : 1);
  if (topic === null) return;
  const start = writer.length;
  writer.utf8(topic.name);
  writer.insertSize(start);
  writer.uvarint(topic.partitionCount);
}

function readTopic(reader: ByteReader): PagedTopic | null {
  if (reader.int8() === 0) return null;
  return { name: reader.utf8(reader.uvarint()), partitionCount: reader.uvarint() };
}

function readPartitions(reader: ByteReader): PartitionPage["partitions"] {
  const directories: Uuid[] = [];
  const directoryCount = reader.uvarint();
  for (let i = 0; i < directoryCount; i++) directories.push(reader.uuid());
  const partitions: (PartitionState | null)[] = [];
  const partitionCount = reader.uvarint();
  for (let i = 0; i < partitionCount; i++) partitions.push(readPartition(reader, directories));
  assert(reader.remaining === 0, `Cannot read a page: ${reader.remaining} bytes left`);
  return partitions;
}

function writeDirectories(
  writer: ByteWriter,
  partitions: PartitionPage["partitions"],
): Map<Uuid, number> {
  const positions = new Map<Uuid, number>();
  for (const partition of partitions) {
    for (const directory of partition?.directories ?? []) {
      if (!positions.has(directory)) positions.set(directory, positions.size);
    }
  }
  writer.uvarint(positions.size);
  for (const directory of positions.keys()) writer.uuid(directory);
  return positions;
}

function writePartition(
  writer: ByteWriter,
  partition: PartitionState,
  positions: ReadonlyMap<Uuid, number>,
): void {
  const { replicas, directories, isr, elr, lastKnownElr } = partition;
  const { removingReplicas, addingReplicas, leaderRecoveryState } = partition;
  const flags =
    (equalIds(isr, replicas) ? 0 : ISR_IS_NOT_REPLICAS) |
    (elr.length > 0 ? ELR : 0) |
    (lastKnownElr.length > 0 ? LAST_KNOWN_ELR : 0) |
    (removingReplicas.length > 0 ? REMOVING : 0) |
    (addingReplicas.length > 0 ? ADDING : 0) |
    (leaderRecoveryState !== 0 ? RECOVERING : 0);
  writer.int8(flags);
  writeIds(writer, replicas);
  for (const directory of directories) writer.uvarint(positions.get(directory) ?? 0);
  if (flags & ISR_IS_NOT_REPLICAS) writeIds(writer, isr);
  if (flags & ELR) writeIds(writer, elr);
  if (flags & LAST_KNOWN_ELR) writeIds(writer, lastKnownElr);
  if (flags & REMOVING) writeIds(writer, removingReplicas);
  if (flags & ADDING) writeIds(writer, addingReplicas);
  if (flags & RECOVERING) writer.int8(leaderRecoveryState);
  writer.uvarint(partition.leader + 1);
  writer.uvarint(partition.leaderEpoch);
  writer.uvarint(partition.partitionEpoch);
}

const NO_IDS: readonly number[] = [];

function readPartition(reader: ByteReader, directories: readonly Uuid[]): PartitionState | null {
  const flags = reader.int8();
  if (flags === ABSENT) return null;
  const replicas = readIds(reader);
  return {
    replicas,
    directories: replicas.map(() => directories[reader.uvarint()] ?? ""),
    isr: flags & ISR_IS_NOT_REPLICAS ? readIds(reader) : replicas,
    elr: flags & ELR ? readIds(reader) : NO_IDS,
    lastKnownElr: flags & LAST_KNOWN_ELR ? readIds(reader) : NO_IDS,
    removingReplicas: flags & REMOVING ? readIds(reader) : NO_IDS,
    addingReplicas: flags & ADDING ? readIds(reader) : NO_IDS,
    leaderRecoveryState: flags & RECOVERING ? reader.int8() : 0,
    leader: reader.uvarint() - 1,
    leaderEpoch: reader.uvarint(),
    partitionEpoch: reader.uvarint(),
  };
}

function writeIds(writer: ByteWriter, ids: readonly number[]): void {
  writer.uvarint(ids.length);
  // A last known leader may be -1, where there was none.
  for (const id of ids) writer.uvarint(id >>> 0);
}

function readIds(reader: ByteReader): number[] {
  const ids: number[] = [];
  const length = reader.uvarint();
  for (let i = 0; i < length; i++) ids.push(reader.uvarint() | 0);
  return ids;
}

function equalIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
