/** The committed state at an offset that a client names, or at any behind it; and why there is none. */

import { METADATA_FEATURE } from "../state/metadata-version.ts";
import type { MetadataView } from "../state/metadata-view.ts";
import type { Consistency } from "./api.ts";
import type { QuorumController } from "./quorum-controller.ts";
import type { TrueAt } from "./respondent.ts";

export type AroundOffset = Exclude<Consistency, { kind: "committed" }>;

export interface ViewAt extends TrueAt {
  readonly view: MetadataView;
}

/** Whether this controller knows the offset to be committed, and has metadata there. */
export function hasOffset(quorum: QuorumController, { kind, offset }: AroundOffset): boolean {
  if (offset >= quorum.replica.highWatermark) return false;
  // The first records are not written at once with the log.
  return kind === "at-offset" || hasMetadata(quorum.committedView());
}

export function viewAround(
  quorum: QuorumController,
  { kind, offset }: AroundOffset,
): ViewAt | { readonly message: string } {
  const { highWatermark, epoch } = quorum.replica;
  const newest = highWatermark - 1;
  if (offset > newest) {
    return {
      message: `Offset ${offset} is not written yet. The newest committed one is ${newest}.`,
    };
  }
  if (kind === "min-offset") return { view: quorum.committedView(), offset: newest, epoch };
  const batch = quorum.log.batchAt(offset);
  if (batch === null || batch.lastOffset !== offset) {
    const before = (batch?.baseOffset ?? 0) - 1;
    const allowed = [before, batch?.lastOffset ?? newest].filter((one) => one >= 0);
    return {
      message: `Offset ${offset} is inside a batch. Allowed near it: ${allowed.join(", ")}.`,
    };
  }
  const { reader } = quorum.log.view(offset, null);
  if (hasMetadata(reader)) return { view: reader, offset, epoch: batch.leaderEpoch };
  const first = firstWithMetadata(quorum, newest);
  return { message: `There is no metadata yet at offset ${offset}. It begins at ${first}.` };
}

function hasMetadata(view: MetadataView): boolean {
  return view.featureLevel(METADATA_FEATURE) > 0;
}

/** A level that is finalized stays so: the offset is found by halving. */
function firstWithMetadata(quorum: QuorumController, newest: number): number {
  let low = 0;
  let high = newest;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (hasMetadata(quorum.log.view(middle, null).reader)) high = middle;
    else low = middle + 1;
  }
  return low;
}
