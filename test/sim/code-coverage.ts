/** Which lines of the core no run of this thread has reached, as V8 counts it. */

import { readFileSync } from "node:fs";
import { type Profiler, Session } from "node:inspector/promises";

/** Lines by file, below the root of the repository. */
export type Lines = Readonly<Record<string, readonly number[]>>;

const ROOT = new URL("../../", import.meta.url).href;
const WATCHED = /^src\/(raft|state|controller)\//;

export class CodeCoverage {
  readonly #session = new Session();

  /** Begins to count; what was loaded before is only counted from here on. */
  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post("Profiler.enable");
    await this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** The lines of every loaded file of the core that hold code which was never run. */
  async unreached(): Promise<Lines> {
    const { result } = await this.#session.post("Profiler.takePreciseCoverage");
    const lines: Record<string, readonly number[]> = {};
    for (const script of result) {
      const path = script.url.startsWith(ROOT) ? script.url.slice(ROOT.length) : "";
      if (WATCHED.test(path) && !path.includes("?")) lines[path] = unreachedLines(script, path);
    }
    return lines;
  }
}

/** What both have not reached. */
export function unreachedByBoth(a: Lines | null, b: Lines): Lines {
  if (a === null) return b;
  const both: Record<string, readonly number[]> = {};
  for (const [path, lines] of Object.entries(a)) {
    const others = new Set(b[path] ?? []);
    both[path] = lines.filter((line) => others.has(line));
  }
  return both;
}

function unreachedLines({ functions }: Profiler.ScriptCoverage, path: string): number[] {
  const source = readFileSync(new URL(path, ROOT), "utf8");
  const runs = new Int32Array(source.length).fill(1);
  // Inner ranges come after the ones around them and count for themselves.
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges)
      runs.fill(count, startOffset, endOffset);
  }
  const lines: number[] = [];
  let offset = 0;
  source.split("\n").forEach((text, index) => {
    const first = offset + (text.length - text.trimStart().length);
    const isCode = /[a-zA-Z0-9]/.test(text) && !/^\s*(\/\/|\/?\*)/.test(text);
    if (isCode && runs.subarray(first, offset + text.length).every((count) => count === 0)) {
      lines.push(index + 1);
    }
    offset += text.length + 1;
  });
  return lines;
}

/** Lines as ranges: 3-5, 9. */
export function tellLines(lines: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}
