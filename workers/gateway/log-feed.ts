/**
 * The log as Server-Sent Events: what is committed, once and in order, whoever leads. Nothing is kept: the next records are
 * read when the client has taken the last ones.
 */

import type { ApiReply, LogFilter, LogRecordJson } from "../../src/controller/api.ts";
import type { QuorumCalls } from "./context.ts";
import { HttpError } from "./kafka-error.ts";
import { wait } from "./timers.ts";

const MAX_RECORDS = 500;
/** How long nothing is said at most. */
const HEARTBEAT_MS = 10_000;
/** A Worker may make so many calls for one request; the client comes back with the id of the last event. */
const MAX_READS = 400;
const RETRY_MS = 1000;
/** How long a subscriber that asks too often is told nothing. */
const THROTTLED_MS = 1000;
/** Too many wait for the log already: this one comes back later, on its own. */
const NO_PLACE = 42901;
const NO_PLACE_RETRY_MS = 10_000;

export interface FeedOptions {
  readonly fromOffset: number;
  readonly filter?: LogFilter;
  /** The same function for all feeds: what it makes of the same records is made once. */
  toJson(record: LogRecordJson): object;
}

const encoder = new TextEncoder();

export function logFeed(quorum: QuorumCalls, options: FeedOptions): ReadableStream<Uint8Array> {
  const { filter, toJson } = options;
  let nextOffset = options.fromOffset;
  let reads = 0;
  let isCancelled = false;
  let isOver = false;

  /** What there is to say next; always something, so that the stream goes on being read. */
  async function nextEvents(): Promise<Uint8Array> {
    try {
      const reply = await quorum.log({
        form: "records",
        fromOffset: nextOffset,
        maxRecords: MAX_RECORDS,
        maxWaitMs: HEARTBEAT_MS,
        together: true,
        ...(filter === undefined ? {} : { filter }),
      });
      nextOffset = reply.nextOffset;
      return eventsOf(reply, toJson);
    } catch (error) {
      return encoder.encode(await whatWentWrong(error));
    }
  }

  async function whatWentWrong(error: unknown): Promise<string> {
    if (!(error instanceof HttpError)) throw error;
    if (error.status === 503) return ": no controller is active at the moment\n\n";
    if (error.errorCode === NO_PLACE) {
      // Another subscriber may have gone by then.
      isOver = true;
      return `retry: ${NO_PLACE_RETRY_MS}\n: ${error.message}\n\n`;
    }
    if (error.status === 429) {
      await wait(quorum.timers, THROTTLED_MS);
      return ": too many requests at the moment\n\n";
    }
    // The subscriber may not follow the log any longer: its token has ended, or its right.
    isOver = true;
    return `: ${error.status} ${error.message}\n\n`;
  }

  const source: UnderlyingSource<Uint8Array> = {
    start(controller) {
      controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
    },
    async pull(controller) {
      const bytes = await nextEvents();
      if (isCancelled) return;
      controller.enqueue(bytes);
      reads += 1;
      if (isOver || reads === MAX_READS) controller.close();
    },
    cancel() {
      isCancelled = true;
    },
  };
  return new ReadableStream(source, { highWaterMark: 0 });
}

type Part = Extract<ApiReply, { kind: "log" }>;

/** By the part of the log, which is the same object for all who are told of it at the same time. */
const made = new WeakMap<Part, Uint8Array>();

function eventsOf(part: Part, toJson: FeedOptions["toJson"]): Uint8Array {
  const known = made.get(part);
  if (known !== undefined) return known;
  const { records, nextOffset } = part;
  const events = records.map(
    (record) => `id: ${record.offset}\ndata: ${JSON.stringify(toJson(record))}\n\n`,
  );
  const lastSaid = records.at(-1)?.offset ?? -1;
  // What was left out need not be looked at again.
  const position = lastSaid + 1 < nextOffset ? `: heartbeat\nid: ${nextOffset - 1}\n\n` : "";
  const bytes = encoder.encode(events.join("") + position || ": heartbeat\n\n");
  made.set(part, bytes);
  return bytes;
}
