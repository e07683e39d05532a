/** What was measured: one number of one side in one round. Everything that is printed is made of these. */

/**
 * Apache's controllers that do not wait for more to write. As they come they wait 25 ms before they write the first record
 * (controller.quorum.append.linger.ms), which is most of what a change takes there while few ask.
 */
export const WITHOUT_LINGER = "apache, linger 0" as const;

/** Quorums that speak the Kafka protocol. */
export type KafkaSideName = "quorate" | "apache" | typeof WITHOUT_LINGER;

/** Who or what a number is of; "floor" is the machine itself, "bare" a Worker that does nothing else. */
export type SideName = KafkaSideName | "etcd" | "floor" | "bare";

export interface Sample {
  readonly case: string;
  /** What of the case, such as "128 clients". */
  readonly metric: string;
  readonly side: SideName;
  /** From 0; samples of one round are compared with each other. */
  readonly round: number;
  readonly value: number;
  readonly unit: string;
}

export class Samples {
  readonly all: Sample[] = [];

  add(sample: Sample): void {
    this.all.push(sample);
  }

  of(caseId: string, metric: string, side: SideName): Sample[] {
    return this.all.filter(
      (sample) => sample.case === caseId && sample.metric === metric && sample.side === side,
    );
  }
}

/** The middle value, halfway between the two middle ones of an even number; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
