/** Compares what a subscriber saw with the log: every record once, in order, as it is, and nothing else. */

import type { LogRecord } from "./log-record.ts";
import type { SeenEvents } from "./seen-events.ts";

export interface Followed {
  readonly name: string;
  readonly seen: SeenEvents;
  /** The first and the last offset of what it was promised. */
  readonly fromOffset: number;
  readonly lastOffset: number;
}

/** Says where a subscriber first saw something else than `expected`, its part of the log; null for nowhere. */
export function feedViolation(
  { name, seen, fromOffset, lastOffset }: Followed,
  expected: readonly LogRecord[],
): string | null {
  const wanted = expected.filter(({ offset }) => fromOffset <= offset && offset <= lastOffset);
  // The log goes on while a subscriber is told to stop.
  const count = seen.offsets.findIndex((offset) => offset > lastOffset);
  const offsets = count === -1 ? seen.offsets : seen.offsets.slice(0, count);
  for (const [position, offset] of offsets.entries()) {
    const record = wanted[position];
    if (record?.offset !== offset) {
      return `${name} ${misplaced(offset, record, { offsets, position, wanted })}`;
    }
    const body = seen.bodyAt(position);
    const inLog = JSON.stringify(record);
    if (body !== inLog) return `${name} saw ${body} at ${offset}, where the log has ${inLog}`;
  }
  const missing = wanted[offsets.length];
  if (missing === undefined) return null;
  return `${name} did not see ${wanted.length - offsets.length} records from ${missing.offset} on`;
}

interface Place {
  readonly offsets: readonly number[];
  readonly position: number;
  readonly wanted: readonly LogRecord[];
}

function misplaced(
  offset: number,
  due: LogRecord | undefined,
  { offsets, position, wanted }: Place,
): string {
  const before = offsets.slice(0, position);
  const next = due === undefined ? "nothing" : `${due.offset}`;
  const where = `after ${before.at(-1) ?? "nothing"}, when ${next} was next`;
  if (before.includes(offset)) return `saw ${offset} again ${where}`;
  if (!wanted.some((record) => record.offset === offset)) {
    return `saw ${offset}, which is not in its part of the log, ${where}`;
  }
  const isLate = offsets.slice(position).includes(due?.offset ?? -1);
  return isLate ? `saw ${offset} out of order ${where}` : `saw ${offset} ${where} and never came`;
}

/** The part of a log that is about a topic, found without the filter of the server. */
export function aboutTopic(log: readonly LogRecord[], topic: string): LogRecord[] {
  const ids = new Set(
    log
      .filter(({ type, data }) => type === "TOPIC_RECORD" && data.name === topic)
      .map(({ data }) => data.topicId),
  );
  return log.filter(
    ({ type, data }) =>
      ids.has(data.topicId) ||
      (type === "CONFIG_RECORD" && data.resourceType === 2 && data.resourceName === topic),
  );
}

export function ofTypes(log: readonly LogRecord[], types: readonly string[]): LogRecord[] {
  return log.filter(({ type }) => types.includes(type));
}
