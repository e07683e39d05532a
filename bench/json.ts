/** The whole of a run as JSON: the samples, from which everything else follows, and the rows that were made of them. */

import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { CpuProfile } from "./cpu-profile.ts";
import { type Machine, thisMachine } from "./machine.ts";
import type { Plan } from "./plan.ts";
import type { Sample } from "./sample.ts";
import type { Row } from "./table.ts";

export interface Run {
  readonly startedAt: string;
  readonly minutes: number;
  readonly machine: Machine;
  readonly plan: Plan;
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
  readonly rows: readonly Row[];
  readonly samples: readonly Sample[];
}

/** Throws a plain message when no file can be written there. */
export function checkWritable(path: string): void {
  const isThere = existsSync(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, "a"));
  } catch (error) {
    throw new Error(`Cannot write the JSON to ${path}: ${(error as Error).message}`);
  }
  if (!isThere) rmSync(path);
}

/** Writes each profile beside the run, where DevTools can open it; returns the names of the files. */
export function writeProfiles(
  runPath: string,
  profiles: ReadonlyMap<string, CpuProfile>,
): readonly string[] {
  return [...profiles].map(([id, profile]) => {
    const path = `${runPath.replace(/\.json$/, "")}-${id}.cpuprofile`;
    writeFileSync(path, JSON.stringify(profile));
    return path;
  });
}

export function writeRun(path: string, run: Omit<Run, "machine">): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...run, machine: thisMachine() }, null, 1)}\n`);
}
