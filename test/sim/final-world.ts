/** What is left at the end of a run, read the way its users would read it. */

import { crc32c } from "../../src/base/crc32c.ts";
import { ApplyingLog } from "../../src/controller/applying-log.ts";
import { readBatches } from "../../src/protocol/record-batch.ts";
import { MemoryLog } from "../../src/raft/memory-log.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import type { VersionedStore } from "../../src/state/versioned-store.ts";
import { wrongIndexes } from "./compare-indexes.ts";
import type { Disk } from "./disk.ts";
import type { FinalLeader, FinalPartition, FinalReplica, FinalWorld } from "./observation.ts";
import { settingsOf } from "./stored-settings.ts";
import type { World } from "./world.ts";

/** Directory ids that say no place: not assigned yet, or not told yet (KIP-858). */
const RESERVED_DIRS = ["AAAAAAAAAAAAAAAAAAAAAQ", "AAAAAAAAAAAAAAAAAAAAAA"];

export function finalWorld(world: World): FinalWorld {
  readAllHeld(world);
  const leader = world.leader;
  const replicas: FinalReplica[] = [];
  // Equal rows have equal indexes.
  const wrong = new Map<number, readonly string[]>();
  for (const { id, life, disk } of world.hosts) {
    const replica = life?.node.quorum?.replica;
    const highWatermark = replica?.highWatermark ?? -1;
    const lastOffset = highWatermark - 1;
    const digest = rowsDigest(disk.state, lastOffset);
    const wrongHere =
      wrong.get(digest) ?? wrongIndexes(new MetadataReader(disk.state, lastOffset), disk.state);
    wrong.set(digest, wrongHere);
    replicas.push({
      id,
      // Who is down or was never formatted is not left out: everybody has to come back.
      role: replica?.role ?? "absent",
      epoch: replica?.epoch ?? -1,
      highWatermark,
      logEndOffset: disk.log.endOffset,
      logDigest: logDigest(disk),
      rowsDigest: digest,
      // Equal logs replay to equal rows, so one replay speaks for all.
      replayedRowsDigest: replayedDigest(leader?.disk ?? disk, lastOffset),
      wrongIndexes: wrongHere,
    });
  }
  const view =
    leader === null
      ? null
      : new MetadataReader(leader.disk.state, world.witness.ledger.endOffset - 1);
  return {
    replicas,
    brokers: world.brokers.map(({ id, image }) => ({
      id,
      fenced: view?.broker(id)?.fenced ?? null,
      endOffset: image.endOffset,
    })),
    partitions: view === null ? [] : partitionsOf(view),
    operations: world.witness.operations,
    settings: view === null ? [] : [...settingsOf(view)],
    leader: finalLeader(world),
  };
}

/** What is held back and what is in the table must make up the whole state. */
function readAllHeld({ hosts }: World): void {
  for (const { life, disk } of hosts) {
    disk.accessesUntilFailure = Number.POSITIVE_INFINITY;
    disk.begin();
    life?.held?.readAll();
    disk.rollback();
  }
}

function finalLeader({ leader, scheduler, undisturbedSinceMs }: World): FinalLeader | null {
  const life = leader?.life ?? null;
  const config = life?.node.quorum?.config;
  if (life === null || config === undefined) return null;
  return {
    clockMs: life.clockMs,
    undisturbedMs: scheduler.nowMs - undisturbedSinceMs,
    balancesEveryMs: config.autoLeaderRebalanceEnable
      ? config.leaderImbalanceCheckIntervalMs
      : null,
    expiresTokensEveryMs:
      config.delegationTokenSecretKey === null ? null : config.delegationTokenExpiryCheckIntervalMs,
  };
}

function logDigest(disk: Disk): number {
  let digest = 0;
  for (const { baseOffset, epoch, checksum } of disk.log.entries) {
    digest = Math.imul(digest ^ baseOffset ^ (epoch << 20), 0x01000193) ^ checksum;
  }
  return digest;
}

function rowsDigest(store: VersionedStore, atOffset: number): number {
  let digest = 0;
  for (const { key, value } of store.scan(
    { start: "", end: "~" },
    atOffset,
    Number.MAX_SAFE_INTEGER,
  )) {
    for (let i = 0; i < key.length; i++) digest = Math.imul(digest ^ key.charCodeAt(i), 0x01000193);
    digest = Math.imul(digest ^ crc32c(value), 0x01000193);
  }
  return digest;
}

const replayed = new WeakMap<
  Disk,
  { readonly endOffset: number; readonly store: VersionedStore }
>();

function replayedDigest(disk: Disk, atOffset: number): number {
  let known = replayed.get(disk);
  if (known?.endOffset !== disk.log.endOffset) {
    const store = new MemoryVersionedStore();
    const log = new ApplyingLog(new MemoryLog(), store);
    for (const batch of readBatches(
      disk.log.read(0, Number.MAX_SAFE_INTEGER, disk.log.endOffset),
    )) {
      log.append(batch);
    }
    known = { endOffset: disk.log.endOffset, store };
    replayed.set(disk, known);
  }
  return rowsDigest(known.store, atOffset);
}

function partitionsOf(view: MetadataReader): FinalPartition[] {
  const partitions: FinalPartition[] = [];
  for (const { topicId } of view.topics("", Number.MAX_SAFE_INTEGER)) {
    for (const { partitionIndex, partition } of view.partitions(topicId)) {
      const { leader, leaderEpoch, partitionEpoch, isr, elr, replicas, directories } = partition;
      const able = replicas.filter((replica, i) => {
        const broker = view.broker(replica);
        if (broker === null || broker.fenced || broker.inControlledShutdown) return false;
        const directory = directories[i] ?? "";
        return RESERVED_DIRS.includes(directory) || broker.logDirs.includes(directory);
      });
      const epochs = { leaderEpoch, partitionEpoch };
      partitions.push({ topicId, partitionIndex, leader, ...epochs, isr, elr, replicas, able });
    }
  }
  return partitions;
}
