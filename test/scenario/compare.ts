/** Holds two runs of the scenario against each other, step by step and line by line. */

import type { NormalStep } from "./normal-form.ts";

/** Lines that only one of the runs has, in one step. */
export interface Difference {
  readonly title: string;
  readonly apache: readonly string[];
  readonly quorate: readonly string[];
}

/** A difference that is meant to be. It explains lines, and says where a reader of the docs finds it. */
export interface Explanation {
  /** The row of docs/kafka-differences.md, by its first column. */
  readonly row: string;
  readonly step: RegExp;
  /** Lines that only Apache's run has; none when absent. */
  readonly apache?: RegExp;
  readonly quorate?: RegExp;
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
  const remaining = (title: string, lines: readonly string[], side: "apache" | "quorate") =>
    lines.filter((line) => {
      const found = explanations.find((each) => each.step.test(title) && each[side]?.test(line));
      if (found !== undefined) used.add(found);
      return found === undefined;
    });
  const left = differences
    .map(({ title, apache, quorate }) => ({
      title,
      apache: remaining(title, apache, "apache"),
      quorate: remaining(title, quorate, "quorate"),
    }))
    .filter(({ apache, quorate }) => apache.length + quorate.length > 0);
  return { differences: left, stale: explanations.filter((each) => !used.has(each)) };
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
