// `quorate log`: committed records, one to a line.

import type { LogFilter } from "../../src/client/areas/log.ts";
import type { QuorateClient } from "../../src/client/quorate-client.ts";
import type { LogRecord } from "../../src/client/types/log.ts";

export interface LogCommand extends LogFilter {
  /** Where to begin: at the first record, or at the end when the log is followed. */
  readonly from?: number | undefined;
  /** Whether to go on with what is committed from now on. */
  readonly follow: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** How long a feed may be away before following it is given up. */
const AWAY_MS = 300_000;

export async function* logLines(
  client: QuorateClient,
  { from, follow, ...rest }: LogCommand,
): AsyncGenerator<string, void, undefined> {
  if (follow) {
    // What is wrong with the URL or the token is said at once.
    await client.caller({ signal: rest.signal });
    const feed = client.log.feed({ from, ...rest, timeoutMs: AWAY_MS });
    for await (const record of feed) yield lineOf(record);
    return;
  }
  let offset = from ?? 0;
  for (;;) {
    const { value } = await client.log.read({ offset, ...rest });
    for (const record of value.data) yield lineOf(record);
    if (value.next_offset >= value.high_watermark) return;
    offset = value.next_offset;
  }
}

function lineOf({ offset, timestamp_ms: timestampMs, type, data }: LogRecord): string {
  return `${offset} ${new Date(timestampMs).toISOString()} ${type} ${JSON.stringify(data)}`;
}
