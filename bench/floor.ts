/** What this machine takes for what a commit is made of: a flush to disk and a round trip. */

import { type ChildProcess, fork } from "node:child_process";
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KafkaClient } from "../test/support/kafka-client.ts";
import { median } from "./sample.ts";

const TRIES = 300;
const BLOCK = new Uint8Array(4096);
const MESSAGE_BYTES = 100;

export interface Floor {
  /** Of 4 KB written at the end of a file. */
  readonly flushMs: number;
  /** Of 100 bytes to another process and back. */
  readonly roundTripMs: number;
}

export async function measureFloor(): Promise<Floor> {
  return { flushMs: median(flushes()), roundTripMs: median(await roundTrips()) };
}

function flushes(): number[] {
  const folder = mkdtempSync(join(tmpdir(), "quorate-bench-"));
  const file = openSync(join(folder, "floor"), "w");
  const elapsedMs: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    const startMs = performance.now();
    writeSync(file, BLOCK);
    fsyncSync(file);
    elapsedMs.push(performance.now() - startMs);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return elapsedMs;
}

async function roundTrips(): Promise<number[]> {
  const echo = fork(new URL("./echo-process.ts", import.meta.url));
  try {
    const client = await KafkaClient.open(await portOf(echo));
    const elapsedMs: number[] = [];
    for (let i = 0; i < TRIES; i++) {
      const startMs = performance.now();
      await client.exchange(BLOCK.subarray(0, MESSAGE_BYTES));
      elapsedMs.push(performance.now() - startMs);
    }
    client.close();
    return elapsedMs;
  } finally {
    echo.kill();
  }
}

function portOf(echo: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    echo.once("message", (port) => resolve(port as number));
    echo.once("error", reject);
  });
}
