/** Makes the table out of the samples: our number, the other one, and the ratio of the two with its spread. */

import type { Case, Goal, RowSpec } from "./case/case.ts";
import type { Plan } from "./plan.ts";
import { median, type Sample, type Samples } from "./sample.ts";

export interface Row {
  readonly case: string;
  readonly metric: string;
  readonly ours: number;
  readonly against: string | null;
  readonly theirs: number | null;
  /** How many times better we are, smallest, middle and largest of all rounds; null where nothing is compared. */
  readonly ratio: { readonly min: number; readonly median: number; readonly max: number } | null;
  readonly goal: string;
  /** By the middle value; null without a goal. */
  readonly met: boolean | null;
}

/** The rows of one case; one for which nothing of ours was measured is left out. */
export function rowsOf({ id, rows }: Case, plan: Plan, samples: Samples): Row[] {
  return rows(plan).flatMap((spec) => rowOf(id, spec, samples) ?? []);
}

function rowOf(id: string, spec: RowSpec, samples: Samples): Row | null {
  const { metric, against, goal } = spec;
  const own = samples.of(id, metric, "quorate");
  const other = against === null ? [] : samples.of(id, metric, against);
  if (own.length === 0) return null;
  const ours = median(own.map(({ value }) => value));
  const theirs = other.length === 0 ? null : median(other.map(({ value }) => value));
  const ratio = ratioOf(own, other, spec.better);
  return {
    case: id,
    metric,
    ours,
    against,
    theirs,
    ratio,
    goal: goal === null ? "" : goalText(goal),
    met: isMet(goal, ours, ratio),
  };
}

/** Round by round; within one round the medians. */
function ratioOf(
  own: readonly Sample[],
  other: readonly Sample[],
  better: RowSpec["better"],
): Row["ratio"] {
  const ratios: number[] = [];
  for (const round of new Set(own.map((sample) => sample.round))) {
    const inRound = (all: readonly Sample[]): number =>
      median(all.filter((sample) => sample.round === round).map(({ value }) => value));
    const ours = inRound(own);
    const theirs = inRound(other);
    if (Number.isNaN(theirs)) continue;
    ratios.push(better === "more" ? ours / theirs : theirs / ours);
  }
  if (ratios.length === 0) return null;
  return { min: Math.min(...ratios), median: median(ratios), max: Math.max(...ratios) };
}

function goalText(goal: Goal): string {
  switch (goal.kind) {
    case "times":
      return `>= ${goal.atLeast} times`;
    case "at-most-times":
      return `<= ${goal.atMost} times it`;
    case "limit":
      return `<= ${goal.atMost}`;
  }
}

function isMet(goal: Goal | null, ours: number, ratio: Row["ratio"]): boolean | null {
  if (goal === null) return null;
  if (goal.kind === "limit") return ours <= goal.atMost;
  if (ratio === null) return null;
  if (goal.kind === "times") return ratio.median >= goal.atLeast;
  return 1 / ratio.median <= goal.atMost;
}

/** The rows as Markdown. */
export function tableText(rows: readonly Row[]): string {
  const lines = [
    "| case | what | ours | compared with | theirs | times better: min, median, max | goal | met |",
    "|---|---|---|---|---|---|---|---|",
  ];
  for (const { case: id, metric, ours, against, theirs, ratio, goal, met } of rows) {
    const spread = ratio === null ? "" : [ratio.min, ratio.median, ratio.max].map(short).join(", ");
    const other = theirs === null ? "" : short(theirs);
    const verdict = met === null ? "" : met ? "yes" : "**no**";
    lines.push(
      `| ${id} | ${metric} | ${short(ours)} | ${against ?? ""} | ${other} | ${spread} | ${goal} | ${verdict} |`,
    );
  }
  return lines.join("\n");
}

/** Three significant digits, whole numbers from 100 on. */
export function short(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}
