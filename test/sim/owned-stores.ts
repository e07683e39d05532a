/**
 * The disk as one life of a controller sees it. Every access checks that the life still owns the disk, apart from what
 * the real stores answer from memory: where the log ends. That is all a stale twin has to go by.
 */

import type { FormatDocument } from "../../src/controller/api.ts";
import type { NodeStores } from "../../src/controller/node-stores.ts";
import type { Batch } from "../../src/protocol/record-batch.ts";
import type { ElectionState } from "../../src/raft/election-store.ts";
import type { EpochEnd, RaftLog } from "../../src/raft/raft-log.ts";
import type { NewRow, Row, RowKey, VersionedStore } from "../../src/state/versioned-store.ts";
import type { Disk } from "./disk.ts";
import { HeldState } from "./held-state.ts";
import { HeldTail } from "./held-tail.ts";
import type { Holding } from "./holding.ts";

/** Those of a life; `held` where it holds rows back. */
export interface OwnedStores extends NodeStores {
  readonly held: HeldState | null;
}

/** The stores for a new life, which becomes the owner of the disk. */
export function ownedStores(disk: Disk, life: number, holding: Holding | null = null): OwnedStores {
  disk.owner = life;
  const touch = (): void => disk.touch(life);
  const held = holding === null ? null : new HeldState(disk, life, holding);
  const tail = holding === null ? null : new HeldTail(disk, life, holding);
  return {
    formats: {
      load(): FormatDocument | null {
        touch();
        return disk.format;
      },
      save(document: FormatDocument): void {
        touch();
        disk.saveFormat(document);
      },
    },
    elections: {
      load(): ElectionState | null {
        touch();
        return disk.election;
      },
      leaderEpoch(): number {
        touch();
        return disk.election?.leaderEpoch ?? 0;
      },
      save(state: ElectionState): void {
        touch();
        disk.saveElection(state);
      },
    },
    log: new OwnedLog(disk, touch, tail),
    state: held ?? new OwnedState(disk, touch),
    held,
  };
}

class OwnedLog implements RaftLog {
  readonly startOffset = 0;
  endOffset: number;
  storedEndOffset: number;
  lastEpoch: number;
  readonly #disk: Disk;
  readonly #touch: () => void;
  readonly #tail: HeldTail | null;

  constructor(disk: Disk, touch: () => void, tail: HeldTail | null) {
    this.#disk = disk;
    this.#touch = touch;
    this.#tail = tail;
    this.endOffset = disk.log.endOffset;
    this.storedEndOffset = disk.log.endOffset;
    this.lastEpoch = disk.log.lastEpoch;
  }

  append(batch: Batch): void {
    this.#touch();
    this.#disk.append(batch);
    this.#tail?.append(batch);
    this.#remember();
  }

  /** What was appended is on its way to the disk from now on, and not before. */
  flush(): void {
    this.storedEndOffset = this.endOffset;
  }

  read(fromOffset: number, maxBytes: number, endOffset: number): Uint8Array {
    if (fromOffset >= this.endOffset) return new Uint8Array(0);
    const recent = this.#tail?.read(fromOffset, maxBytes, endOffset) ?? null;
    if (recent !== null) return recent;
    this.#touch();
    return this.#disk.log.read(fromOffset, maxBytes, endOffset);
  }

  truncate(endOffset: number): void {
    if (endOffset !== this.endOffset) this.#tail?.clear();
    this.#touch();
    this.#disk.truncateLog(endOffset);
    this.#remember();
    this.flush();
  }

  endOffsetForEpoch(epoch: number): EpochEnd {
    if (this.lastEpoch > 0 && epoch >= this.lastEpoch) {
      return { epoch: this.lastEpoch, endOffset: this.endOffset };
    }
    this.#touch();
    return this.#disk.log.endOffsetForEpoch(epoch);
  }

  controlBatches(beforeOffset: number): Iterable<Batch> {
    this.#touch();
    return this.#disk.log.controlBatches(beforeOffset);
  }

  #remember(): void {
    this.endOffset = this.#disk.log.endOffset;
    this.lastEpoch = this.#disk.log.lastEpoch;
  }
}

class OwnedState implements VersionedStore {
  readonly #disk: Disk;
  readonly #touch: () => void;

  constructor(disk: Disk, touch: () => void) {
    this.#disk = disk;
    this.#touch = touch;
  }

  get(key: RowKey, atOffset: number): Row | null {
    this.#touch();
    return this.#disk.state.get(key, atOffset);
  }

  scan(range: { start: RowKey; end: RowKey }, atOffset: number, limit: number): Row[] {
    this.#touch();
    return this.#disk.state.scan(range, atOffset, limit);
  }

  putAll(offset: number, rows: readonly NewRow[]): void {
    this.#touch();
    this.#disk.putRows(offset, rows);
  }

  truncate(endOffset: number): void {
    this.#touch();
    this.#disk.truncateState(endOffset);
  }

  prune(): void {
    throw new Error("nothing prunes the state yet");
  }
}
