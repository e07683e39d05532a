/** The newest batches of the log in memory, checked against the disk while their life owns it. */

import type { Batch } from "../../src/protocol/record-batch.ts";
import type { LogTail } from "../../src/raft/log-tail.ts";
import type { Disk } from "./disk.ts";
import { areEqual, broken, type Holding } from "./holding.ts";

export class HeldTail {
  readonly #disk: Disk;
  readonly #life: number;
  readonly #tail: LogTail;
  readonly #count: (what: string) => void;

  constructor(disk: Disk, life: number, { code, held, count }: Holding) {
    this.#disk = disk;
    this.#life = life;
    this.#tail = new code.LogTail(held.tailBytes);
    this.#count = (what) => count(`held: ${what}`);
  }

  append(batch: Batch): void {
    this.#tail.append(batch);
  }

  clear(): void {
    this.#count("tail cut");
    this.#tail.clear();
  }

  /** Null when the tail does not reach back so far. */
  read(fromOffset: number, maxBytes: number, endOffset: number): Uint8Array | null {
    const recent = this.#tail.read(fromOffset, maxBytes, endOffset);
    if (recent === null) {
      this.#count("tail too short");
      return null;
    }
    const bytes = Buffer.concat(recent);
    if (this.#disk.owner !== this.#life) {
      this.#count("tail read by a stale twin");
      return new Uint8Array(bytes);
    }
    this.#count("tail read");
    const stored = this.#disk.log.read(fromOffset, maxBytes, endOffset);
    if (!areEqual(stored, bytes))
      broken(`the tail of the log from ${fromOffset} is not what is stored`);
    return new Uint8Array(bytes);
  }
}
