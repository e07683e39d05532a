/**
 * The configs of one topic as registers: they are read together, set or reset, one or several at once, and a change may
 * ask that they are still what its client has read (If-Match).
 */

import { type CheckResult, checkLinearizable, DEFAULT_BUDGET } from "./checker.ts";
import type { Model, Operation } from "./history.ts";
import { renderDeadEnd } from "./timeline.ts";

/** What each config is set to; null and absent are the same, the default. */
export type ConfigValues = Readonly<Record<string, string | null>>;

export type ConfigInput =
  | { readonly kind: "read"; readonly topic: string }
  | {
      readonly kind: "alter";
      readonly topic: string;
      /** Null resets. */
      readonly changes: ConfigValues;
      /** What the configs must be for the change to be made; null for one that is made in any case. */
      readonly expected: ConfigValues | null;
    };

export type ConfigOutput =
  | { readonly kind: "values"; readonly values: ConfigValues }
  | { readonly kind: "altered" }
  /** They were not what was expected; `values` are what they were, null when that was not told. */
  | { readonly kind: "stale"; readonly values: ConfigValues | null };

export type ConfigOperation = Operation<ConfigInput, ConfigOutput>;

/** A topic begins with defaults only. */
export const CONFIGS: Model<ConfigValues, ConfigInput, ConfigOutput> = {
  initial: {},
  step(state, input, output) {
    if (input.kind === "read") {
      if (output === null) return [state];
      return output.kind === "values" && isSame(output.values, state) ? [state] : [];
    }
    const isStale = input.expected !== null && !isSame(input.expected, state);
    if (output?.kind === "stale") {
      return isStale && (output.values === null || isSame(output.values, state)) ? [state] : [];
    }
    if (output === null) return [isStale ? state : { ...state, ...input.changes }];
    return output.kind === "altered" && !isStale ? [{ ...state, ...input.changes }] : [];
  },
  key: configsInWords,
  isObservation: (_, { kind }) => kind === "values" || kind === "stale",
};

/** Says which topics' histories no order explains; empty when there is none. */
export function checkConfigHistory(
  operations: readonly ConfigOperation[],
  budget: number = DEFAULT_BUDGET,
): string[] {
  return [...Map.groupBy(operations, ({ input }) => input.topic)].flatMap(([topic, ofTopic]) => {
    const result = checkLinearizable(CONFIGS, ofTopic, budget);
    return result.verdict === "linearizable" ? [] : [explain(topic, result)];
  });
}

function explain(
  topic: string,
  {
    verdict,
    deadEnd,
  }: Exclude<CheckResult<ConfigValues, ConfigInput, ConfigOutput>, { order: unknown }>,
): string {
  const { prefix, state, blocked } = deadEnd;
  const fitting = `${prefix.length} operations fit an order, which leaves ${configsInWords(state)}`;
  const headline = `The configs of ${topic} are ${verdict}: ${fitting}, and none of ${blocked.length} can be the next`;
  return [headline, renderDeadEnd(deadEnd, [], operationInWords)].join("\n");
}

/** Equal configs have equal words. */
export function configsInWords(values: ConfigValues): string {
  const set = Object.entries(values).filter(([, value]) => value !== null);
  const sorted = set.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, value]) => `${name}=${value}`).join(" ")}}`;
}

function isSame(a: ConfigValues, b: ConfigValues): boolean {
  return configsInWords(a) === configsInWords(b);
}

function operationInWords({ input, output }: ConfigOperation): string {
  const asked = input.kind === "read" ? "read" : alterationInWords(input);
  return `${asked} -> ${output === null ? "unknown" : outputInWords(output)}`;
}

function alterationInWords({ changes, expected }: ConfigInput & { kind: "alter" }): string {
  const words = Object.entries(changes).map(([name, value]) => `${name}=${value ?? "default"}`);
  const condition = expected === null ? "" : ` if ${configsInWords(expected)}`;
  return `set ${words.join(" ")}${condition}`;
}

function outputInWords(output: ConfigOutput): string {
  if (output.kind === "values") return configsInWords(output.values);
  if (output.kind === "altered" || output.values === null) return output.kind;
  return `stale, is ${configsInWords(output.values)}`;
}
