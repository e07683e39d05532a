/** What the command line says: which cases, how much of them, where the JSON goes. */

import { parseArgs } from "node:util";
import type { Case } from "./case/case.ts";
import { EVERY_CASE } from "./case/every-case.ts";
import { FULL, type Plan, SMOKE } from "./plan.ts";

export const USAGE = `npm run bench -- [P1 ... P9] [options]

  --smoke           a little of every case, to see that it still runs
  --rounds <n>      rounds of the cases that are repeated (3)
  --sizes <n,...>   partitions at which the growing cluster is measured (1000,10000,100000,1000000)
  --json <file>     where the JSON goes (bench/results/<time>.json)
  --ours            only our own side`;

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
      sizes: values.sizes?.split(",").map((size) => count("--sizes", size)) ?? base.sizes,
    },
    jsonPath: values.json ?? new URL(`results/${time}.json`, import.meta.url).pathname,
    onlyOurs: values.ours,
  };
}

function casesOf(names: readonly string[]): readonly Case[] {
  if (names.length === 0) return EVERY_CASE;
  return names.map((name) => {
    const found = EVERY_CASE.find(({ id }) => id === name.toUpperCase());
    if (found === undefined) {
      throw new Error(`There is no case ${name}: there are P1 to P${EVERY_CASE.length}`);
    }
    return found;
  });
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${option} takes whole numbers above 0, not ${text}`);
}
