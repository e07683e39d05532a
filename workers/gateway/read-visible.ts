/**
 * Lists that leave out what the caller may not see. Positions and pages say nothing of that: a client can make up positions, and
 * would find out what there is between two of them.
 */

import type { Page } from "../../src/controller/api.ts";
import type { VisiblePage } from "../../src/controller/read-result.ts";
import type { QuorumCalls } from "./context.ts";

export interface VisiblePart<T> {
  readonly items: readonly T[];
  /** The position of the last item when there is more that the caller may see; null otherwise. */
  readonly next: string | null;
  /** What the controller has answered, the same object for the same items. */
  readonly result: object;
}

/**
 * Asks on until the page is full and there is one thing more to see, or the end is reached. All that a page shows is true at
 * one offset.
 */
export async function readVisible<P extends VisiblePage, T>(
  quorum: Pick<QuorumCalls, "stay">,
  page: Page,
  ask: (page: Page) => Promise<P>,
  itemsOf: (part: P) => readonly T[],
): Promise<VisiblePart<T>> {
  let part = await ask(page);
  const found = itemsOf(part);
  if (!isCut(part)) return { items: found, next: part.next, result: part };
  quorum.stay();
  const items = [...found];
  let { shown } = part;
  while (isCut(part)) {
    const missing = page.limit - items.length;
    part = await ask({ after: part.next, limit: Math.max(missing, 1) });
    const more = itemsOf(part);
    if (missing === 0 && more.length > 0) return { items, next: shown, result: items };
    items.push(...more);
    shown = part.shown ?? shown;
  }
  return { items, next: part.next, result: items };
}

/** A controller of an earlier build does not say what it has shown, and is not asked on. */
function isCut({ next, shown }: Partial<VisiblePage>): boolean {
  return next !== null && shown !== undefined && next !== shown;
}
