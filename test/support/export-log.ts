/** Saves the log that a quorum exports as the segment file that Kafka's tools read. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Quorate } from "./quorate.ts";

/** Returns the path of the file, in `folder`, with all that is committed. */
export async function exportLog(quorate: Quorate, folder: string): Promise<string> {
  const { baseUrl } = await quorate.active();
  const parts: Uint8Array[] = [];
  for (let offset = 0; ; ) {
    const path = `/kafka/v3/clusters/${quorate.clusterId}/log/raw?offset=${offset}`;
    const response = await fetch(`${baseUrl}${path}`);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length === 0) break;
    parts.push(bytes);
    offset = Number(response.headers.get("quorate-next-offset"));
  }
  const file = join(folder, "00000000000000000000.log");
  writeFileSync(file, Buffer.concat(parts));
  return file;
}
