/**
 * Metadata reads per second over HTTP, beside a Worker that does the least which can be called the same: Hono, one call of
 * a Durable Object, a constant of the same size. Both run in the same layout and are asked in turn.
 */

import { HttpLoad } from "./http/load.ts";
import {
  LAYOUTS,
  type Layout,
  type Servers,
  startServers,
  TOPIC_COUNT,
  topicName,
} from "./http/quorate-servers.ts";

export interface HttpReadsOptions {
  readonly layouts: readonly Layout[];
  readonly reads: readonly ReadName[];
  readonly connections: readonly number[];
  readonly rounds: number;
  readonly roundMs: number;
}

export const READ_NAMES = [
  "topic, committed",
  "topic, min_offset",
  "cluster, committed",
  "100 topics, committed",
  "100 topics, min_offset",
] as const;
export type ReadName = (typeof READ_NAMES)[number];

export const FULL: HttpReadsOptions = {
  layouts: LAYOUTS,
  reads: READ_NAMES,
  connections: [1, 8, 32, 128],
  rounds: 5,
  roundMs: 1500,
};

/** In each array one figure for each round, in requests per second. */
export interface HttpReadsCase {
  readonly layout: Layout;
  readonly read: ReadName;
  readonly connections: number;
  /** Of the body, for both. */
  readonly bytes: number;
  readonly quorate: readonly number[];
  /** The object hands over a value of which Hono makes JSON. */
  readonly bareObject: readonly number[];
  /** The object hands over the text, which nobody looks at. */
  readonly bareText: readonly number[];
  /** Half of the requests took at most so long. */
  readonly quorateP50Ms: readonly number[];
  readonly bareTextP50Ms: readonly number[];
  /** How busy the load generator was at most, from 0 to 1. */
  readonly generatorShare: number;
}

export interface HttpReadsResult {
  readonly options: HttpReadsOptions;
  /** Requests per second that the generator gets from a Worker without Hono and without an object, with 32 connections. */
  readonly ceiling: number;
  readonly cases: readonly HttpReadsCase[];
}

const WARM_UP_MS = 250;
const FIRST_WARM_UP_MS = 3000;
const CEILING_CONNECTIONS = 32;
const CEILING_BYTES = 1000;

export async function measureHttpReads(
  options: HttpReadsOptions = FULL,
  onCase: (done: HttpReadsCase) => void = () => {},
): Promise<HttpReadsResult> {
  const cases: HttpReadsCase[] = [];
  const load = new HttpLoad();
  let ceiling = 0;
  try {
    for (const layout of options.layouts) {
      const servers = await startServers(layout);
      try {
        await warmUp(load, servers, options.reads);
        ceiling = Math.max(ceiling, await measureCeiling(load, servers, options.roundMs));
        for (const read of options.reads) {
          for (const connections of options.connections) {
            const done = await measureCase(load, servers, { layout, read, connections }, options);
            cases.push(done);
            onCase(done);
          }
        }
      } finally {
        await servers.close();
      }
    }
  } finally {
    await load.close();
  }
  return { options, ceiling, cases };
}

/** Fresh workers run uncompiled code. */
async function warmUp(load: HttpLoad, servers: Servers, reads: readonly ReadName[]): Promise<void> {
  for (const read of reads) {
    const job = { connections: CEILING_CONNECTIONS, warmUpMs: 0, durationMs: FIRST_WARM_UP_MS / 2 };
    const { bytes } = await load.run({ ...job, port: servers.port, paths: pathsOf(read, servers) });
    await load.run({ ...job, port: servers.bare.port, paths: [`/object/${bytes}`] });
    await load.run({ ...job, port: servers.bare.port, paths: [`/text/${bytes}`] });
  }
}

async function measureCeiling(
  load: HttpLoad,
  { bare }: Servers,
  durationMs: number,
): Promise<number> {
  const { requestsPerSecond } = await load.run({
    port: bare.port,
    paths: [`/constant/${CEILING_BYTES}`],
    connections: CEILING_CONNECTIONS,
    warmUpMs: durationMs,
    durationMs,
  });
  return requestsPerSecond;
}

async function measureCase(
  load: HttpLoad,
  servers: Servers,
  { layout, read, connections }: Pick<HttpReadsCase, "layout" | "read" | "connections">,
  { rounds, roundMs }: HttpReadsOptions,
): Promise<HttpReadsCase> {
  const quorate: number[] = [];
  const bareObject: number[] = [];
  const bareText: number[] = [];
  const quorateP50Ms: number[] = [];
  const bareTextP50Ms: number[] = [];
  let generatorShare = 0;
  let bytes = 0;
  const measure = async (port: number, paths: readonly string[]) => {
    const job = { port, paths, connections, warmUpMs: WARM_UP_MS, durationMs: roundMs };
    const result = await load.run(job);
    generatorShare = Math.max(generatorShare, result.generatorShare);
    return result;
  };
  for (let round = 0; round < rounds; round++) {
    const ours = await measure(servers.port, pathsOf(read, servers));
    bytes = ours.bytes;
    quorate.push(ours.requestsPerSecond);
    quorateP50Ms.push(ours.p50Ms);
    const text = await measure(servers.bare.port, [`/text/${bytes}`]);
    bareText.push(text.requestsPerSecond);
    bareTextP50Ms.push(text.p50Ms);
    bareObject.push((await measure(servers.bare.port, [`/object/${bytes}`])).requestsPerSecond);
  }
  const figures = { quorate, bareObject, bareText, quorateP50Ms, bareTextP50Ms };
  return { layout, read, connections, bytes, ...figures, generatorShare };
}

/** Of one item each item in turn: nobody asks for the same one all the time. */
export function pathsOf(read: ReadName, { clusterId }: Servers): readonly string[] {
  const cluster = `/kafka/v3/clusters/${clusterId}`;
  const each = Array.from(
    { length: TOPIC_COUNT },
    (_, index) => `${cluster}/topics/${topicName(index)}`,
  );
  const list = `${cluster}/topics?page_size=${TOPIC_COUNT}`;
  switch (read) {
    case "topic, committed":
      return each;
    case "topic, min_offset":
      return each.map((path) => `${path}?min_offset=0`);
    case "cluster, committed":
      return [cluster];
    case "100 topics, committed":
      return [list];
    case "100 topics, min_offset":
      return [`${list}&min_offset=0`];
  }
}
