/** Order statistics of a measurement, in ms with two decimals. */

export function summarize(valuesMs: readonly number[]): {
  min: string;
  p50: string;
  p99: string;
  max: string;
} {
  const sorted = [...valuesMs].sort((a, b) => a - b);
  const at = (part: number): string => {
    const index = Math.min(sorted.length - 1, Math.floor(part * sorted.length));
    return (sorted[index] ?? Number.NaN).toFixed(2);
  };
  return { min: at(0), p50: at(0.5), p99: at(0.99), max: at(1) };
}
