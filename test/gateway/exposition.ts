/** A strict reader of Prometheus' text format 0.0.4: what a scrape would refuse or misread is an error here. */

export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ScrapedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ScrapedSample[];
}

const NAME = /^[a-z_][a-z0-9_]*$/;
const TYPES = ["counter", "gauge", "histogram"];
const HISTOGRAM_PARTS = ["_bucket", "_sum", "_count"];

/** Every family by its name; throws at the first mistake. */
export function readExposition(text: string): ReadonlyMap<string, ScrapedFamily> {
  const families = new Map<string, ScrapedFamily & { samples: ScrapedSample[] }>();
  const series = new Set<string>();
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("the last line does not end");
  let current: (ScrapedFamily & { samples: ScrapedSample[] }) | null = null;
  for (let i = 0; i < lines.length; i++) {
    const text = lines[i] ?? "";
    const [, helpName = "", help = ""] = text.match(/^# HELP (\S+) (.+)$/) ?? [];
    if (helpName !== "") {
      const [, typeName, type = ""] = lines[i + 1]?.match(/^# TYPE (\S+) (\w+)$/) ?? [];
      if (typeName !== helpName) throw new Error(`no type after the help of ${helpName}`);
      if (!TYPES.includes(type)) throw new Error(`${helpName} is of type ${type}`);
      if (!NAME.test(helpName)) throw new Error(`${helpName} is no name`);
      if (families.has(helpName)) throw new Error(`${helpName} comes twice`);
      current = { name: helpName, type, help, samples: [] };
      families.set(helpName, current);
      i += 1;
      continue;
    }
    const sample = readSample(text);
    if (current === null) throw new Error(`a sample before all families: ${text}`);
    const suffix = sample.name.slice(current.name.length);
    const suffixes = current.type === "histogram" ? HISTOGRAM_PARTS : [""];
    if (!sample.name.startsWith(current.name) || !suffixes.includes(suffix)) {
      throw new Error(`${sample.name} is among those of ${current.name}`);
    }
    const labels = Object.entries(sample.labels).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([sample.name, labels]);
    if (series.has(key)) throw new Error(`comes twice: ${key}`);
    series.add(key);
    current.samples.push(sample);
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function readSample(line: string): ScrapedSample {
  const [, name = "", inBraces, value = ""] =
    line.match(/^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (\S+)$/) ?? [];
  if (name === "") throw new Error(`this is no sample: ${line}`);
  if (!/^(NaN|[+-]Inf|-?\d+(\.\d+)?(e[+-]?\d+)?)$/.test(value)) {
    throw new Error(`${value} is no number: ${line}`);
  }
  const parsed = value.endsWith("Inf") ? Number(value.replace("Inf", "Infinity")) : Number(value);
  return { name, labels: inBraces === undefined ? {} : readLabels(inBraces), value: parsed };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const [all, name = "", raw = ""] = rest.match(/^([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"/) ?? [];
    if (all === undefined) throw new Error(`these are no labels: ${rest}`);
    if (name in labels) throw new Error(`label ${name} comes twice: ${text}`);
    labels[name] = raw.replaceAll(/\\(["\\n])/g, (_, c: string) => (c === "n" ? "\n" : c));
    rest = rest.slice(all.length);
    if (rest === "") break;
    if (!rest.startsWith(",") || rest === ",") throw new Error(`no comma: ${text}`);
    rest = rest.slice(1);
  }
  return labels;
}

function checkFamily({ name, type, samples }: ScrapedFamily): void {
  if (samples.length === 0) throw new Error(`${name} has no samples`);
  if (type === "counter") {
    if (!name.endsWith("_total")) throw new Error(`the counter ${name} is not named as one`);
    if (samples.some(({ value }) => !(value >= 0))) throw new Error(`${name} counts down`);
  }
  if (type === "histogram") checkHistogram(name, samples);
}

/** Buckets grow, the last is for everything, and says what the count says. */
function checkHistogram(name: string, samples: readonly ScrapedSample[]): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels));
  for (const [labels, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels: { le = "" } }) => Number(le.replace("Inf", "Infinity")));
    const counts = buckets.map(({ value }) => value);
    const isSorted = (numbers: readonly number[]) =>
      numbers.every((value, i) => i === 0 || value >= (numbers[i - 1] ?? Number.NaN));
    if (!isSorted(bounds) || !isSorted(counts)) throw new Error(`${name}${labels} does not grow`);
    const [count] = group.filter((sample) => sample.name === `${name}_count`);
    const isWhole = bounds.at(-1) === Number.POSITIVE_INFINITY && count?.value === counts.at(-1);
    if (!isWhole) throw new Error(`${name}${labels} does not count everything`);
    if (!group.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name}: no sum`);
  }
}
