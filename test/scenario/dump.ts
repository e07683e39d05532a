/** Reads what kafka-dump-log prints of a metadata log: the records, as Kafka itself decodes them. */

import type { LoggedRecord } from "./metadata-log.ts";

export type DumpedRecord = Pick<LoggedRecord, "offset" | "type" | "version" | "data">;

const ROW = /^\| offset: (\d+) .* payload: (\{.*\})$/;

/** The data records of a dump; what it says of control records has a form of its own. */
export function dumpedRecords(text: string): DumpedRecord[] {
  return text.split("\n").flatMap((line) => {
    const [, offset, payload] = ROW.exec(line) ?? [];
    if (payload === undefined) return [];
    const { type, version, data } = JSON.parse(payload) as DumpedRecord;
    return [{ offset: Number(offset), type: camelCased(type), version, data }];
  });
}

/** `PARTITION_CHANGE_RECORD` is `partitionChange`. */
function camelCased(type: string): string {
  const [first = "", ...words] = type
    .replace(/_RECORD$/, "")
    .toLowerCase()
    .split("_");
  return first + words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join("");
}
