/** What this machine takes for the two things that no write can do without: a flush to disk and a round trip. */

import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KafkaClient } from "../test/support/kafka-client.ts";

const TRIES = 200;
const BLOCK = new Uint8Array(4096);

/** Milliseconds for each of many writes of 4 KB with fsync. */
export function measureFlushes(): number[] {
  const folder = mkdtempSync(join(tmpdir(), "quorate-bench-"));
  const file = openSync(join(folder, "floor"), "w");
  const elapsedMs: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    const start = performance.now();
    writeSync(file, BLOCK);
    fsyncSync(file);
    elapsedMs.push(performance.now() - start);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return elapsedMs;
}

/** Milliseconds for each of many frames of 100 bytes to a TCP echo in this process and back. */
export async function measureRoundTrips(): Promise<number[]> {
  const server = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const client = await KafkaClient.open((server.address() as AddressInfo).port);
  const elapsedMs: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    const start = performance.now();
    await client.exchange(BLOCK.subarray(0, 100));
    elapsedMs.push(performance.now() - start);
  }
  client.close();
  server.close();
  return elapsedMs;
}
