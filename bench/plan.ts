/** How much is measured: all of it, or a little of everything. */

export interface Plan {
  readonly rounds: number;
  /** Of one measurement under load. */
  readonly loadMs: number;
  readonly warmUpMs: number;
  readonly clients: readonly number[];
  /** Partitions at which the growing cluster is measured, ascending. */
  readonly sizes: readonly number[];
  /** Deaths of the active controller in a round. */
  readonly kills: number;
  readonly pauses: number;
  /** Partitions of the two brokers that are fenced. */
  readonly fencedSmall: number;
  readonly fencedLarge: number;
  readonly fences: number;
  readonly smallWrites: number;
  /** The largest heap of an Apache controller. */
  readonly apacheHeapMb: number;
  readonly smoke: boolean;
}

export const FULL: Plan = {
  rounds: 3,
  loadMs: 4000,
  warmUpMs: 4000,
  clients: [1, 8, 32, 128, 384],
  sizes: [1000, 10_000, 100_000, 1_000_000],
  kills: 3,
  pauses: 1,
  fencedSmall: 1000,
  fencedLarge: 10_000,
  fences: 5,
  smallWrites: 500,
  apacheHeapMb: 4096,
  smoke: false,
};

/** Seconds each: shows that every case still runs, not how fast anything is. */
export const SMOKE: Plan = {
  rounds: 1,
  loadMs: 300,
  warmUpMs: 300,
  clients: [1, 8],
  sizes: [200, 400],
  kills: 1,
  pauses: 1,
  fencedSmall: 50,
  fencedLarge: 100,
  fences: 1,
  smallWrites: 20,
  apacheHeapMb: 512,
  smoke: true,
};

export function sizeName(size: number): string {
  if (size >= 1_000_000) return `${size / 1_000_000} M partitions`;
  return size >= 1000 ? `${size / 1000} k partitions` : `${size} partitions`;
}
