/** Follows the log over whatever happens to the streams that it comes in: every record once and in order. */

import { EventStreamParser } from "./event-stream.ts";
import { numberIn } from "./http/answer.ts";
import { sleep } from "./http/backoff.ts";
import { chunksOf } from "./http/body.ts";
import { QuorateError } from "./http/quorate-error.ts";
import type { Opened } from "./http/transport.ts";
import type { LogRecord } from "./types/log.ts";

/** Opens a stream: behind the last event that was seen or, when none was, at an offset or at the end. */
export type OpenFeed = (from: {
  readonly lastEventId: number | null;
  readonly offset: number | undefined;
}) => Promise<Opened>;

/** The gateway says something every ten seconds. */
const SILENCE_MS = 30_000;
const PAUSE_MS = 1000;
const MAX_PAUSE_MS = 10_000;

/** Ends when the signal says so. Throws when no stream can be had any more. */
export async function* followLog(
  open: OpenFeed,
  { from, signal }: { readonly from: number | undefined; readonly signal: AbortSignal | undefined },
): AsyncGenerator<LogRecord, void, undefined> {
  const feed: Feed = { lastSeen: null, pauseMs: PAUSE_MS };
  while (!signal?.aborted) {
    const opened = await openOrEnd(
      () => open({ lastEventId: feed.lastSeen, offset: from }),
      signal,
    );
    if (opened === null) return;
    // Who begins at the end must not begin at a later end when the first stream breaks before its first event.
    if (from === undefined) feed.lastSeen ??= numberIn(opened.response.headers, "Quorate-Offset");
    yield* recordsOf(opened, feed);
    await sleep(Math.min(feed.pauseMs, MAX_PAUSE_MS), signal);
  }
}

/** How far a feed is. */
interface Feed {
  /** The id of the last event, null when there was none. */
  lastSeen: number | null;
  /** How long to wait before coming back. */
  pauseMs: number;
}

/** The records of one stream that are new, until it ends or breaks. */
async function* recordsOf(opened: Opened, feed: Feed): AsyncGenerator<LogRecord, void, undefined> {
  const parser = new EventStreamParser();
  const chunks = chunksOf(opened, SILENCE_MS);
  try {
    for (let chunk = await nextOf(chunks); chunk !== null; chunk = await nextOf(chunks)) {
      for (const { id, data } of parser.push(chunk)) {
        const offset = id === null || id === "" ? Number.NaN : Number(id);
        if (!Number.isSafeInteger(offset) || offset <= (feed.lastSeen ?? -1)) continue;
        feed.lastSeen = offset;
        if (data !== null) yield recordIn(data);
      }
      feed.pauseMs = parser.retryMs ?? feed.pauseMs;
    }
  } finally {
    opened.clock.end();
    await chunks.return();
  }
}

/** Null when there is no more, however that came about: the next stream goes on behind what was seen of this one. */
async function nextOf(chunks: AsyncGenerator<Uint8Array, void>): Promise<Uint8Array | null> {
  try {
    return (await chunks.next()).value ?? null;
  } catch {
    return null;
  }
}

/** Null when the caller wants no more. */
async function openOrEnd(
  open: () => Promise<Opened>,
  signal: AbortSignal | undefined,
): Promise<Opened | null> {
  try {
    return await open();
  } catch (error) {
    if (signal?.aborted) return null;
    throw error;
  }
}

function recordIn(data: string): LogRecord {
  try {
    return JSON.parse(data) as LogRecord;
  } catch (cause) {
    const facts = { status: null, errorCode: null, cause };
    throw new QuorateError("Cannot follow the log: an event is not JSON.", facts);
  }
}
