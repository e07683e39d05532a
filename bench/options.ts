/** What the command line says: which cases, how much of them, where the JSON goes. Refuses what cannot be measured. */

import { parseArgs } from "node:util";
import type { Case } from "./case/case.ts";
import { EVERY_CASE } from "./case/every-case.ts";
import { FULL, type Plan, SMOKE } from "./plan.ts";

export const USAGE = `npm run bench -- [P1 ... P9] [options]

  --smoke           a little of every case, to see that it still runs
  --rounds <n>      rounds of the cases that are repeated (3)
  --sizes <n,...>   partitions at which the growing cluster is measured (1000,10000,100000,1000000)
  --json <file>     where the JSON goes (bench/results/<time>.json)
  --ours            only our own side

P9 draws its slopes through what P3 and P5 measure: name these too.`;

export interface Options {
  readonly cases: readonly Case[];
  readonly plan: Plan;
  readonly jsonPath: string;
  readonly onlyOurs: boolean;
}

/** Throws a plain message for what it cannot read. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      smoke: { type: "boolean", default: false },
      ours: { type: "boolean", default: false },
      rounds: { type: "string" },
      sizes: { type: "string" },
      json: { type: "string" },
    },
  });
  const base = values.smoke ? SMOKE : FULL;
  const time = new Date().toISOString().replaceAll(":", "-").slice(0, 19);
  return {
    cases: casesOf(positionals),
    plan: {
      ...base,
      rounds: values.rounds === undefined ? base.rounds : count("--rounds", values.rounds),
      sizes: values.sizes === undefined ? base.sizes : sizesOf(values.sizes, base),
    },
    jsonPath: values.json ?? new URL(`results/${time}.json`, import.meta.url).pathname,
    onlyOurs: values.ours,
  };
}

/** Each once and in the order of the table, whatever order they are named in: later ones use what earlier ones found. */
function casesOf(names: readonly string[]): readonly Case[] {
  if (names.length === 0) return EVERY_CASE;
  const wanted = new Set(names.map((name) => name.toUpperCase()));
  for (const name of wanted) {
    if (EVERY_CASE.some(({ id }) => id === name)) continue;
    throw new Error(`There is no case ${name}: there are P1 to P${EVERY_CASE.length}`);
  }
  return EVERY_CASE.filter(({ id }) => wanted.has(id));
}

/** A cluster only grows, and P5 adds its brokers' own partitions at the first two sizes. */
function sizesOf(text: string, { fencedSmall, fencedLarge }: Plan): readonly number[] {
  const sizes = text.split(",").map((size) => count("--sizes", size));
  const isAscending = sizes.every((size, index) => index === 0 || size > (sizes[index - 1] ?? 0));
  const [first = 0, second = fencedLarge] = sizes;
  if (isAscending && first >= fencedSmall && second >= fencedLarge) return sizes;
  throw new Error(
    `--sizes takes ascending numbers, the first at least ${fencedSmall}, the second at least ${fencedLarge}, not ${text}`,
  );
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${option} takes whole numbers above 0, not ${text}`);
}
