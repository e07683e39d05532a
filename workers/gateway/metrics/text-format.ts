/** Prometheus' text exposition format 0.0.4. */

import { LATENCY_BOUNDS_MS, type LatencyCounts } from "../../../src/base/latency-histogram.ts";

export const TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8";

export type Labels = Readonly<Record<string, string | number>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface LatencySample {
  readonly labels: Labels;
  readonly counts: LatencyCounts;
}

interface Named {
  readonly name: string;
  /** One line of plain text. */
  readonly help: string;
}

/** All samples of one name, or nothing when there are none. */
export function family(
  { name, help }: Named,
  type: "gauge" | "counter",
  samples: readonly Sample[],
): string {
  const lines = samples.map(({ labels, value }) => line(name, labels, value));
  return block({ name, help }, type, lines);
}

/** Latencies as a histogram in seconds. */
export function histogram({ name, help }: Named, samples: readonly LatencySample[]): string {
  const lines = samples.flatMap(({ labels, counts: { buckets, sumMs } }) => {
    let below = 0;
    const cumulative = buckets.map((count, bucket) => {
      below += count;
      const boundMs = LATENCY_BOUNDS_MS[bucket] ?? Number.POSITIVE_INFINITY;
      return line(`${name}_bucket`, { ...labels, le: number(boundMs / 1000) }, below);
    });
    return [
      ...cumulative,
      line(`${name}_sum`, labels, sumMs / 1000),
      line(`${name}_count`, labels, below),
    ];
  });
  return block({ name, help }, "histogram", lines);
}

function block({ name, help }: Named, type: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(
    ([label, text]) => `${label}="${escaped(String(text))}"`,
  );
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${number(value)}`;
}

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
