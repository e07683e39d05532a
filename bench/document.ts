/** Writes docs/performance.md from the JSON of one run: `node bench/document.ts run.json > docs/performance.md`. */

import { readFileSync } from "node:fs";
import { EVERY_CASE } from "./case/every-case.ts";
import { SHARES } from "./cpu-profile.ts";
import type { Run } from "./json.ts";
import { profileMetric } from "./profiled.ts";
import { median, type SideName } from "./sample.ts";
import { SMALL_HEAP_MB } from "./side/apache-side.ts";
import { short, tableText } from "./table.ts";

const ROUND_TRIP = "round trip of 100 bytes, p50 ms";

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("Usage: node bench/document.ts <run.json>");
console.log(documentOf(JSON.parse(readFileSync(path, "utf8")) as Run));

function documentOf(run: Run): string {
  return `${[intro(run), ...EVERY_CASE.map((one) => section(one, run)), missingText(run)]
    .filter((text) => text !== "")
    .join("\n\n")}`;
}

function intro({ startedAt, minutes, machine, plan }: Run): string {
  const { cpu, cores, memoryGib, kernel, node } = machine;
  const rounds = plan.rounds === 1 ? "one round" : `${plan.rounds} rounds`;
  return `# Performance

\`npm run bench\` runs three Apache Kafka 4.3.1 controllers and three of ours on one machine, one quorum at a time, and holds
them against each other: the same features finalized (those of 4.3, KIP-966 among them), the same client, the same
simulated brokers (registration and heartbeats), the Kafka protocol, nothing acknowledged before a majority has it on
disk. Apache runs with its default settings and the JVM flags of its start script, but for the heap: ${SMALL_HEAP_MB} MB at most
with few topics, ${plan.apacheHeapMb} MB for the cluster that grows. By default its leader waits 25 ms for more to write
(controller.quorum.append.linger.ms), which is most of what a change takes while few ask: "apache, linger 0" is the same
without that wait. Where the work is comparable, three members of etcd (Debian's etcd-server, small puts over its HTTP
gateway) stand beside them.

This page is made of the JSON of one run (\`node bench/document.ts <run.json> > docs/performance.md\`), of ${startedAt.slice(0, 10)}:
${rounds}, ${minutes.toFixed(0)} minutes, on ${cores} cores (${cpu}) that controllers and client share, ${memoryGib} GiB, Linux ${kernel}, Node ${node}.
Times of a shared machine vary; the ratios are of numbers that were measured minutes apart. Their spread is that of the rounds.
P3, P4, P5, P8 and P9 are of one cluster of each that grows, measured once; the spread of P5 is that of the times a broker was
fenced there. A ratio of more than 1 says that we are better, also where less is better.

    npm run bench                         all of it, some ${Math.ceil(minutes)} minutes and 12 GiB of memory
    npm run bench -- P2 P5                some cases
    npm run bench -- --smoke              a little of each, to see that it still runs
    npm run bench -- --json run.json      the samples go there; else to bench/results. CPU profiles go beside them, for DevTools`;
}

function section({ id, title, bound, profiled }: (typeof EVERY_CASE)[number], run: Run): string {
  const rows = run.rows.filter((row) => row.case === id);
  if (rows.length === 0) return "";
  const parts = [`## ${id}: ${title}`, tableText(rows), `What bounds it: ${bound}`];
  if (profiled !== undefined) {
    parts.push(profileText(run, profiled.what), `What profiles have led to: ${profiled.ledTo}`);
  }
  if (id === "P6") parts.splice(2, 0, floorText(run));
  if (id === "P2") parts.splice(2, 0, generatorText(run));
  if (id === "P7") parts.push(proofText(run));
  return parts.join("\n\n");
}

/** The median of what one side did. */
function medianOf({ samples }: Run, side: SideName, metric: string): number {
  const those = samples.filter((one) => one.side === side && one.metric === metric);
  return median(those.map(({ value }) => value));
}

function floorText(run: Run): string {
  const flush = short(medianOf(run, "floor", "flush of 4 KB, p50 ms"));
  const roundTrip = short(medianOf(run, "floor", ROUND_TRIP));
  return `The floor: two flushes of 4 KB, one after the other, of ${flush} ms each, and a round trip of 100 bytes to another process of ${roundTrip} ms. It is a measure and no bound: leader and follower flush at the same time.`;
}

/** What a proof of who leads takes, and what it might take for one connection to meet the goal. */
function proofText(run: Run): string {
  const msOf = (side: SideName, read: string): number =>
    1000 / medianOf(run, side, `topic, ${read}, 1 connection, reads/s`);
  const bareMs = msOf("bare", "committed");
  const provenMs = msOf("quorate", "committed");
  const readMs = msOf("quorate", "min_offset");
  const roundTripMs = medianOf(run, "floor", ROUND_TRIP);
  if ([bareMs, provenMs, readMs, roundTripMs].some(Number.isNaN)) return "";
  return `With one connection a read of the bare Worker takes ${short(bareMs)} ms, and one of ours that asks nobody who leads (min_offset) ${short(readMs)} ms. A committed one takes ${short(provenMs)} ms, of which ${short(provenMs - readMs)} are the question who leads, put to another process. For 70 % a read may take ${short(bareMs / 0.7)} ms, with all that has to be said between processes; here two processes that do nothing else take ${short(roundTripMs)} ms for a message of 100 bytes and back. Only a lease would do without, and a lease trusts clocks.`;
}

/** Where the time goes, the largest part first. */
function profileText({ samples }: Run, what: string): string {
  const shares = SHARES.flatMap((share) => {
    const found = samples.find(({ metric }) => metric === profileMetric(what, share));
    return found === undefined ? [] : [{ share, percent: Math.round(found.value * 100) }];
  });
  if (shares.length === 0) return "";
  const told = shares
    .sort((a, b) => b.percent - a.percent)
    .map(({ share, percent }) => `${share} ${percent} %`);
  return `The thread of the active controller in a CPU profile (${what}; the profiler itself takes time): ${told.join(", ")}.`;
}

function generatorText({ samples }: Run): string {
  const shares = samples.filter(({ metric }) => metric.endsWith("share of a core"));
  const most = Math.max(...shares.map(({ value }) => value));
  return `The load generator took ${Math.round(most * 100)} % of a core at most.`;
}

function missingText({ missing }: Run): string {
  if (missing.length === 0) return "";
  return `## Not measured\n\n${missing.map((what) => `- ${what}`).join("\n")}`;
}
