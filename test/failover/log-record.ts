/** The committed log, read back over HTTP. */

import type { Quorate } from "../support/quorate.ts";

const PAGE = 10_000;

/** A record as the API shows it. */
export interface LogRecord {
  readonly offset: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface LogPage {
  readonly data: readonly LogRecord[];
  readonly next_offset: number;
}

/** Every record up to `lastOffset`, or those that a filter such as "type=TOPIC_RECORD" lets through. */
export async function readLog(
  quorate: Quorate,
  lastOffset: number,
  filter = "",
): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (let offset = 0; offset <= lastOffset; ) {
    const query = `?offset=${offset}&max_records=${PAGE}${filter === "" ? "" : `&${filter}`}`;
    const page: LogPage = await quorate.get(`/log${query}`);
    if (page.next_offset <= offset) throw new Error(`the log has no more at ${offset}`);
    for (const record of page.data) if (record.offset <= lastOffset) records.push(record);
    offset = page.next_offset;
  }
  return records;
}
