/** A CPU profile of V8, and how its time divides between the Worker and what it runs on. */

/** As the inspector tells it and DevTools opens it (Profiler.Profile of the Chrome DevTools Protocol). */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Ids of nodes. */
  readonly samples?: readonly number[];
  /** Microseconds from each sample to the one before it. */
  readonly timeDeltas?: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
}

/** What a thread can be at, in the order in which it is told. */
export const SHARES = [
  "JavaScript of the Worker",
  "SQLite",
  "calls of the engine (sockets, timers, messages)",
  "garbage collection",
  "event loop, kernel and disk",
  "waiting",
] as const;
export type Share = (typeof SHARES)[number];

/** What V8 names instead of a function. */
const STATES: ReadonlyMap<string, Share> = new Map([
  ["(idle)", "waiting"],
  ["(program)", "event loop, kernel and disk"],
  ["(garbage collector)", "garbage collection"],
]);
/** Of a Durable Object's `storage.sql` and of what it returns: the engine's, which have no address. */
const SQL_FUNCTIONS: ReadonlySet<string> = new Set(["exec", "toArray"]);

/** The parts of the profile's time, which add up to 1. Time counts for the innermost function. */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: CpuProfile): Map<Share, number> {
  const shareOfNode = new Map(nodes.map((node) => [node.id, shareOf(node)]));
  const elapsedUs = new Map<Share, number>(SHARES.map((share) => [share, 0]));
  let totalUs = 0;
  samples.forEach((id, index) => {
    const share = shareOfNode.get(id);
    // The time after the last sample is not known.
    const deltaUs = timeDeltas[index + 1];
    if (share === undefined || deltaUs === undefined) return;
    elapsedUs.set(share, (elapsedUs.get(share) ?? 0) + deltaUs);
    totalUs += deltaUs;
  });
  if (totalUs === 0) throw new Error("The profile is empty");
  return new Map([...elapsedUs].map(([share, us]) => [share, us / totalUs]));
}

function shareOf({ callFrame: { functionName, url } }: ProfileNode): Share {
  const state = STATES.get(functionName);
  if (state !== undefined) return state;
  if (url !== "" && !url.startsWith("node-internal:")) return "JavaScript of the Worker";
  return SQL_FUNCTIONS.has(functionName)
    ? "SQLite"
    : "calls of the engine (sockets, timers, messages)";
}
