/** How the commands of this folder and its neighbours read options and print numbers. */

export function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number, not ${text}`);
  return Number(text);
}

export function printCounts(what: string, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) print(`  ${what} ${name}: ${count}`);
}

/** How often, the least, the middle and the most. */
export function summary(valuesMs: readonly number[]): string {
  if (valuesMs.length === 0) return "never";
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const at = (part: number): string =>
    (sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN).toFixed(0);
  return `${sorted.length} times, min ${at(0)}, median ${at(0.5)}, max ${at(1)} ms`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0)} s`;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
