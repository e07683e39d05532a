/** How work outlives the request that began it. */

interface Outliving {
  /** Keeps work going when its request is over. The Worker says how; null where nothing ends a request. */
  keep: ((work: Promise<unknown>) => void) | null;
}

export const outliving: Outliving = { keep: null };
