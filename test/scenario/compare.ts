/** Holds two runs of the scenario against each other, step by step and line by line. */

import type { NormalStep } from "./normal-form.ts";

/** Lines that only one of the runs has, in one step. */
export interface Difference {
  readonly title: string;
  readonly apache: readonly string[];
  readonly quorate: readonly string[];
}

/** A difference that is meant to be: where it is, what it looks like, and where a reader of the docs finds it. */
export interface Explanation {
  /** The row of docs/kafka-differences.md, by its first column. */
  readonly row: string;
  readonly step: RegExp;
  /** What Apache's line has to be changed to in order to be ours: pattern and replacement. */
  readonly rewrite?: readonly [RegExp, string];
  /** Lines that only Apache's run has. */
  readonly apache?: RegExp;
  /** Lines that only our run has. */
  readonly quorate?: RegExp;
  /** It depends on timing within Apache's controllers whether it is seen. */
  readonly isOptional?: boolean;
}

/** The steps whose lines differ. Throws when the runs are not of the same scenario. */
export function differencesOf(
  apache: readonly NormalStep[],
  quorate: readonly NormalStep[],
): Difference[] {
  const titles = (steps: readonly NormalStep[]): string =>
    steps.map(({ title }) => title).join("\n");
  if (titles(apache) !== titles(quorate)) throw new Error("the runs took different steps");
  return apache.flatMap(({ title, lines }, index) => {
    const others = quorate[index]?.lines ?? [];
    const common = commonLines(lines, others);
    const difference = { title, apache: without(lines, common), quorate: without(others, common) };
    return difference.apache.length + difference.quorate.length === 0 ? [] : [difference];
  });
}

/** What no explanation accounts for, and which explanations account for nothing. */
export function unexplained(
  differences: readonly Difference[],
  explanations: readonly Explanation[],
): { readonly differences: Difference[]; readonly stale: Explanation[] } {
  const used = new Set<Explanation>();
  const left = differences
    .map((difference) => {
      const here = explanations.filter(({ step }) => step.test(difference.title));
      return leftOver(rewritten(difference, here, used), here, used);
    })
    .filter(({ apache, quorate }) => apache.length + quorate.length > 0);
  const stale = explanations.filter((each) => !used.has(each) && each.isOptional !== true);
  return { differences: left, stale };
}

/** Takes out pairs of lines that a rewrite makes equal. */
function rewritten(
  { title, apache, quorate }: Difference,
  explanations: readonly Explanation[],
  used: Set<Explanation>,
): Difference {
  const ours = [...quorate];
  const theirs = apache.filter((line) => {
    for (const each of explanations) {
      if (each.rewrite === undefined || !each.rewrite[0].test(line)) continue;
      const position = ours.indexOf(line.replace(...each.rewrite));
      if (position === -1) continue;
      ours.splice(position, 1);
      used.add(each);
      return false;
    }
    return true;
  });
  return { title, apache: theirs, quorate: ours };
}

/** Takes out lines that an explanation allows one side to have. */
function leftOver(
  { title, apache, quorate }: Difference,
  explanations: readonly Explanation[],
  used: Set<Explanation>,
): Difference {
  const unexplainedOf = (lines: readonly string[], side: "apache" | "quorate"): string[] =>
    lines.filter((line) => {
      const found = explanations.find((each) => each[side]?.test(line));
      if (found !== undefined) used.add(found);
      return found === undefined;
    });
  return {
    title,
    apache: unexplainedOf(apache, "apache"),
    quorate: unexplainedOf(quorate, "quorate"),
  };
}

/** The longest common subsequence. */
function commonLines(a: readonly string[], b: readonly string[]): string[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (row === undefined) continue;
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const common: string[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      common.push(a[i] as string);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return common;
}

function without(lines: readonly string[], common: readonly string[]): string[] {
  let next = 0;
  return lines.filter((line) => {
    if (line !== common[next]) return true;
    next++;
    return false;
  });
}
