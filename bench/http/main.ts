/** `npm run bench:http`: prints what `measureHttpReads` finds as a table. */

import { parseArgs } from "node:util";
import { FULL, type HttpReadsCase, measureHttpReads, READ_NAMES } from "../http-reads.ts";
import { median } from "../sample.ts";
import { LAYOUTS } from "./quorate-servers.ts";

const { values } = parseArgs({
  options: {
    layout: { type: "string", multiple: true },
    read: { type: "string", multiple: true },
    connections: { type: "string", multiple: true },
    rounds: { type: "string" },
    "round-ms": { type: "string" },
  },
});

const chosen = <T extends string>(all: readonly T[], given: readonly string[] | undefined) =>
  given === undefined ? all : all.filter((name) => given.some((prefix) => name.startsWith(prefix)));

console.log(
  "| layout | read | bytes | connections | reads/s | bare (text) | ratio min/median/max | ratio to bare (object) | p50 ms, bare | generator busy |",
);
console.log("|---|---|---|---|---|---|---|---|---|---|");
const { ceiling } = await measureHttpReads(
  {
    layouts: chosen(LAYOUTS, values.layout),
    reads: chosen(READ_NAMES, values.read),
    connections: values.connections?.map(Number) ?? FULL.connections,
    rounds: Number(values.rounds ?? FULL.rounds),
    roundMs: Number(values["round-ms"] ?? FULL.roundMs),
  },
  print,
);
console.log(
  `\nThe load generator reaches ${Math.round(ceiling)} requests/s with a Worker that answers by itself.`,
);

function print(done: HttpReadsCase): void {
  const { layout, read, bytes, connections, quorate, bareText, bareObject } = done;
  const ratios = sorted(quorate.map((value, round) => value / (bareText[round] ?? Number.NaN)));
  const toObject = quorate.map((value, round) => value / (bareObject[round] ?? Number.NaN));
  const cells = [
    layout,
    read,
    bytes,
    connections,
    Math.round(median(quorate)),
    Math.round(median(bareText)),
    [ratios[0], median(ratios), ratios.at(-1)].map((value) => value?.toFixed(2)).join(" / "),
    median(toObject).toFixed(2),
    `${median(done.quorateP50Ms).toFixed(2)}, ${median(done.bareTextP50Ms).toFixed(2)}`,
    done.generatorShare.toFixed(2),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
