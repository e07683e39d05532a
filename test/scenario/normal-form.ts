/** A run in a form that two equal runs share: for each step what was printed, and which records it led to. */

import type { LoggedRecord } from "./metadata-log.ts";
import { RecordForm, type RecordLine } from "./record-form.ts";
import type { Step } from "./scenario.ts";
import { type RunFacts, Symbols } from "./symbols.ts";
import { textLines } from "./text-form.ts";

/** What is kept of a run. */
export interface Run extends RunFacts {
  readonly steps: readonly Step[];
}

/** One step, ready to be compared line by line. */
export interface NormalStep {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Cuts a run's records at its steps and normalizes them and what the tools printed. */
export function normalSteps(run: Run): NormalStep[] {
  const symbols = new Symbols(run);
  const form = new RecordForm(symbols);
  let start = 0;
  return run.steps.map((step) => {
    const logged = recordLines(run.records.slice(start, step.endRecord), form, step.anyOrder);
    start = step.endRecord;
    const ended = step.script === null ? [] : [`exit ${step.exitCode}`];
    const out = textLines(step.stdout, step, symbols).map((line) => `out ${line}`);
    const err = textLines(step.stderr, step, symbols).map((line) => `err ${line}`);
    const title = `[${step.chapter}] ${step.title}`;
    return { title, lines: [...ended, ...out, ...err, ...logged.map((line) => `log ${line}`)] };
  });
}

function recordLines(
  records: readonly LoggedRecord[],
  form: RecordForm,
  anyOrder: boolean,
): string[] {
  // Whether an idle quorum writes is looked at for the whole run.
  const lines = records.filter(({ type }) => type !== "noOp").map((record) => form.line(record));
  return (anyOrder ? lines.sort(byKey) : lines).map(({ text }) => text);
}

function byKey(a: RecordLine, b: RecordLine): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
