/** Given what Kafka 4.3.1 had in its log, alterations that brokers passed on come to what Kafka wrote. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { RequestOf } from "../../src/protocol/apis.ts";
import { encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import { decideIncrementalAlterConfigs } from "../../src/state/decide-incremental-alter-configs.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import { applyRecordedLog, recordedRecords } from "./recorded-log.ts";

interface Call {
  readonly inner?: {
    readonly api: string;
    readonly request: RequestOf<"incrementalAlterConfigs">;
    readonly response: { readonly responses: readonly object[] };
  };
}

const path = new URL("../fixtures/kafka-4.3.1/calls.jsonl", import.meta.url);
const calls = readFileSync(path, "utf8")
  .trim()
  .split("\n")
  .flatMap((line) => (JSON.parse(line) as Call).inner ?? [])
  .filter(({ api }) => api === "INCREMENTAL_ALTER_CONFIGS");

const store = new MemoryVersionedStore();
applyRecordedLog(store);

function bytesOf(records: readonly NewRecord[]): string[] {
  return records.map((each) => Buffer.from(encodeRecord(each)).toString("hex"));
}

it.each([
  ["topic foo", "foo", 144, 145],
  ["broker 11", "11", 152, 152],
  ["all brokers", "", 155, 155],
])("of %s", (_, resourceName, baseOffset, lastOffset) => {
  const call = calls.find(({ request }) => request.resources[0]?.resourceName === resourceName);
  if (call === undefined) throw new Error(`${resourceName} was not altered in the recording`);
  const { records, response } = decideIncrementalAlterConfigs(
    call.request,
    new MetadataReader(store, baseOffset - 1),
    { rights: { authorize: () => true }, forwarded: true },
  );
  const written = recordedRecords(baseOffset, lastOffset + 1) as readonly NewRecord[];
  expect(written).toHaveLength(lastOffset - baseOffset + 1);
  expect(bytesOf(records)).toEqual(bytesOf(written));
  expect(response.responses).toEqual(call.response.responses);
});
