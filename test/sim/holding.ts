/** Holding rows and batches in memory: what a life needs for it, and what has to happen to them in some world. */

import type { LogTail } from "../../src/raft/log-tail.ts";
import type {
  BulkStore,
  HeldLimits,
  WriteBehindStore,
} from "../../src/state/write-behind-store.ts";
import { InvariantBroken } from "./observation.ts";

/** What a life needs to hold things in memory: the code for it, how much, and who counts what happens. */
export interface Holding {
  readonly code: HoldingCode;
  readonly held: HeldLimits & { readonly tailBytes: number };
  readonly count: (what: string) => void;
}

/** Of the build that the life runs. */
export interface HoldingCode {
  readonly WriteBehindStore: new (table: BulkStore, limits: HeldLimits) => WriteBehindStore;
  readonly LogTail: new (maxBytes: number) => LogTail;
}

/** What has to happen to held rows and to the tail in some seed of many. */
export const HELD_STATES = [
  "flush at a limit",
  "flush before a scan",
  "replay at a start",
  "truncation of what is held",
  "truncation below what is flushed",
  "read at an old offset",
  "read from memory by a stale twin",
  "rollback of rows",
  "rollback of a flush",
  "crash right after a flush",
  "crash between append and flush",
  "flush lost in a crash",
  "whole log applied again at a start",
  "tail read",
  "tail too short",
  "tail read by a stale twin",
  "tail cut",
].map((what) => `held: ${what}`);

export function areEqual(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === b) return true;
  return a !== null && b !== null && Buffer.compare(a, b) === 0;
}

/** Memory and disk, or two lives, do not say the same. */
export function broken(fact: string): never {
  throw new InvariantBroken("as-applied", fact);
}
