/** The committed metadata log of a running quorum, read through its HTTP API. */

import type { Quorate } from "./quorate.ts";

export interface LogRecord {
  readonly offset: number;
  readonly epoch: number;
  readonly control: boolean;
  readonly type: string;
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Every committed record from `offset` on. */
export async function readMetadataLog(quorate: Quorate, offset = 0): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (let next = offset; ; ) {
    const page = await quorate.get<{ data: LogRecord[]; next_offset: number }>(
      `/log?offset=${next}&max_records=1000`,
    );
    if (page.data.length === 0) return records;
    records.push(...page.data);
    next = page.next_offset;
  }
}
