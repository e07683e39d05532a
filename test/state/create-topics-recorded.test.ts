/** Given what Kafka 4.3.1 had in its log, CreateTopics answers and writes what Kafka did. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Prng } from "../../src/base/prng.ts";
import type { RequestOf } from "../../src/protocol/apis.ts";
import { decodeRecord, encodeRecord } from "../../src/protocol/metadata-record.ts";
import { decideCreateTopics } from "../../src/state/decide-create-topics.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import type { MetadataView } from "../../src/state/metadata-view.ts";
import { applyRecordedLog, recordedRecords } from "./recorded-log.ts";
import { EVERY_RIGHT } from "./topic-rights.ts";

type Request = RequestOf<"createTopics">;
type Topic = Request["topics"][number];

function decide(view: MetadataView, topics: readonly Topic[]) {
  const request = { topics: [...topics], timeoutMs: 1000, validateOnly: false };
  const defaults = { partitions: 1, replicationFactor: 1 };
  const prng = Prng.fromNumber(1);
  const rights = EVERY_RIGHT;
  return decideCreateTopics(request, view, { prng, version: 7, defaults, rights });
}

const store = new MemoryVersionedStore();
applyRecordedLog(store);
interface Call {
  readonly request: Request;
  readonly response: { readonly topics: readonly { readonly topicId: string }[] };
}
const path = new URL("../fixtures/kafka-4.3.1/calls.jsonl", import.meta.url);
const calls = readFileSync(path, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Call & { api: string; inner?: Call & { api: string } })
  .map((call) => call.inner ?? call)
  .filter(({ api }) => api === "CREATE_TOPICS");

/** Without what chance decides: the id and the placement. */
function withoutChance(records: readonly { readonly type: string; readonly data: object }[]) {
  return records.map(({ type, data }) => {
    const { topicId, replicas, isr, leader, directories, ...rest } = data as Record<
      string,
      unknown
    >;
    return [type, rest];
  });
}

it.each([
  ["foo", 47, 50],
  ["bar", 124, 132],
  ["doomed", 135, 137],
  ["__consumer_offsets", 184, 237],
  ["__transaction_state", 248, 303],
])("answered the same and wrote the same, chance apart: %s", (name, baseOffset, lastOffset) => {
  const call = calls.find(({ request }) => request.topics[0]?.name === name);
  if (call === undefined) throw new Error(`${name} was not created in the recording`);
  const view = new MetadataReader(store, baseOffset - 1);
  const { response, records } = decide(view, call.request.topics);
  const [answer] = response.topics ?? [];
  const [recorded] = call.response.topics;
  expect({ errorCode: 0, errorMessage: null, ...answer, topicId: "" }).toEqual({
    ...recorded,
    topicId: "",
  });
  const decoded = records.map((each) => decodeRecord(encodeRecord(each)));
  expect(withoutChance(decoded)).toEqual(
    withoutChance(recordedRecords(baseOffset, lastOffset + 1)),
  );
});

it("refused a topic that another broker had just created with the same words", () => {
  const call = calls.find(
    ({ response }) => response.topics[0]?.topicId === "AAAAAAAAAAAAAAAAAAAAAA",
  );
  const { response } = decide(new MetadataReader(store, 250), call?.request.topics ?? []);
  expect(response.topics).toMatchObject([
    { errorCode: 36, errorMessage: "Topic '__consumer_offsets' already exists." },
  ]);
});
