/** The metadata log, decoded, as it is, as a feed, and the image that it amounts to. */

import type { Calls } from "../calls.ts";
import { type Answer, numberIn } from "../http/answer.ts";
import type { CallOptions, ReadOptions } from "../http/call-options.ts";
import type { Asked } from "../http/operation.ts";
import { type ImageThing, imageLines } from "../image-lines.ts";
import { followLog } from "../log-feed.ts";
import type { KafkaMetadataRecordList, LogRecord, RawLog } from "../types/log.ts";

/** Which records are wanted: all that are not left out. */
export interface LogFilter {
  /** Such as TOPIC_RECORD. */
  readonly types?: readonly string[] | undefined;
  /** About this topic, also where a record knows it by its id only. */
  readonly topic?: string | undefined;
  /** About this broker, also where it is merely among the replicas. */
  readonly broker?: number | undefined;
}

export interface LogPosition extends CallOptions {
  /** Where to begin; at 0 when absent. */
  readonly offset?: number | undefined;
  /** How long to wait for the next commit when there is nothing yet, 30 s at most. */
  readonly waitMs?: number | undefined;
}

export interface LogOptions extends LogPosition, LogFilter {
  readonly maxRecords?: number | undefined;
}

export interface FeedOptions extends CallOptions, LogFilter {
  /** The first offset that is wanted; the end of the log when absent. */
  readonly from?: number | undefined;
}

export class LogArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Committed records. To go on, ask from `next_offset`. */
  read(options: LogOptions = {}): Promise<Answer<KafkaMetadataRecordList>> {
    const { query, ...rest } = positionOf(options);
    const asked = { query: { ...query, max_records: options.maxRecords, ...filterOf(options) } };
    return this.#calls.call("readLog", { ...rest, ...asked }, callOf(options));
  }

  /** Whole batches. Put together from offset 0 on they are a log segment that Kafka's own tools read. */
  raw(options: LogPosition = {}): Promise<Answer<RawLog>> {
    return this.#calls.bytes(
      "readRawLog",
      positionOf(options),
      callOf(options),
      async (response) => ({
        batches: new Uint8Array(await response.arrayBuffer()),
        nextOffset: numberIn(response.headers, "Quorate-Next-Offset") ?? 0,
      }),
    );
  }

  /**
   * Committed records as they come, each once and in order, for ever: until the signal, which ends it quietly. When a
   * stream ends or breaks, another one goes on behind the last record. Throws when none can be had for `timeoutMs`, or
   * when the caller may not follow the log any longer.
   */
  feed({
    from,
    signal,
    timeoutMs,
    ...filter
  }: FeedOptions = {}): AsyncGenerator<LogRecord, void, undefined> {
    return followLog(
      ({ lastEventId, offset }) => {
        const headers = lastEventId === null ? {} : { "Last-Event-ID": String(lastEventId) };
        const asked: Asked = { query: { offset, ...filterOf(filter) }, headers };
        return this.#calls.open("followLog", asked, { signal, timeoutMs });
      },
      { from, signal },
    );
  }

  /** The whole metadata at one offset, which the first line has. Throws when it was cut off. */
  async *image(options: ReadOptions = {}): AsyncGenerator<ImageThing, void, undefined> {
    yield* imageLines(await this.#calls.open("getImage", {}, options));
  }
}

function positionOf({ offset, waitMs }: LogPosition): Asked {
  return { query: { offset, wait_ms: waitMs }, waitMs: waitMs ?? 0 };
}

function callOf({ signal, timeoutMs }: CallOptions): CallOptions {
  return { signal, timeoutMs };
}

function filterOf({ types, topic, broker }: LogFilter): Asked["query"] {
  return { type: types?.join(","), topic, broker };
}
