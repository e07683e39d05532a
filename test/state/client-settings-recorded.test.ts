/**
 * What Kafka 4.4.0 answered and wrote, byte for byte and in the same order, when quotas and SCRAM credentials were
 * altered one request after another; and what 4.3.1 wrote when its own tools did it.
 */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { APIS, type Api, type RequestOf } from "../../src/protocol/apis.ts";
import { decodeRecord, encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import {
  encodeResponse,
  type RequestFrame,
  readRequest,
  readRequestBody,
} from "../../src/protocol/request-frame.ts";
import { decideAlterClientQuotas } from "../../src/state/decide-alter-client-quotas.ts";
import { decideAlterUserScramCredentials } from "../../src/state/decide-alter-user-scram-credentials.ts";
import type { Decision } from "../../src/state/decision.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { MetadataReader } from "../../src/state/metadata-reader.ts";
import type { MetadataView } from "../../src/state/metadata-view.ts";
import { clusterState } from "./cluster-state.ts";
import { applyRecordedLog, recordedRecords } from "./recorded-log.ts";

type Altering = "alterClientQuotas" | "alterUserScramCredentials";

interface Step {
  readonly api: Altering;
  readonly requestHex: string;
  readonly responseHex: string;
  readonly records: readonly string[];
}

function linesOf<T>(name: string): T[] {
  const text = readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as T);
}

function hexOf(records: readonly NewRecord[]): string[] {
  return records.map((each) => Buffer.from(encodeRecord(each)).toString("hex"));
}

function decide(api: Altering, frame: RequestFrame, view: MetadataView): Decision<object> {
  const body = readRequestBody(api, frame);
  return api === "alterClientQuotas"
    ? decideAlterClientQuotas(body as RequestOf<"alterClientQuotas">, view)
    : decideAlterUserScramCredentials(body as RequestOf<"alterUserScramCredentials">, view);
}

it("answers and writes what a 4.4.0 controller did", () => {
  const state = clusterState([]);
  const steps = linesOf<Step>("kafka-4.4.0/client-settings.jsonl");
  expect(steps).toHaveLength(57);
  for (const [index, { api, requestHex, responseHex, records }] of steps.entries()) {
    const frame = readRequest(Buffer.from(requestHex, "hex"));
    const decision = decide(api, frame, state.view());
    const { version, correlationId } = frame;
    const answer = encodeResponse(
      APIS[api] as Api,
      version,
      correlationId,
      decision.response as never,
    );
    const ours = [Buffer.from(answer).toString("hex"), ...hexOf(decision.records)];
    expect(ours, `step ${index}`).toEqual([responseHex, ...records]);
    if (records.length > 0) {
      state.apply(...records.map((record) => decodeRecord(Buffer.from(record, "hex"))));
    }
  }
});

it.each<[Altering, number, number]>([
  ["alterClientQuotas", 159, 160],
  ["alterUserScramCredentials", 163, 163],
])("%s writes what 4.3.1 wrote at offset %i", (api, baseOffset, lastOffset) => {
  const store = new MemoryVersionedStore();
  applyRecordedLog(store);
  const calls = linesOf<{ key: number; requestHex: string }>("kafka-4.3.1/calls.jsonl");
  const frame = calls
    .filter(({ key }) => key === APIS.envelope.key)
    .map(({ requestHex }) => readRequest(Buffer.from(requestHex, "hex")))
    .map((each) => readRequestBody("envelope", each) as RequestOf<"envelope">)
    .map(({ requestData }) => readRequest(requestData))
    .find((each) => each.api === api);
  if (frame === undefined) throw new Error(`no ${api} was recorded`);
  const { records } = decide(api, frame, new MetadataReader(store, baseOffset - 1));
  // A batch of Kafka's may also hold a NoOpRecord, which nobody asked for.
  const written = recordedRecords(baseOffset, lastOffset + 2).filter(({ type }) => type !== "noOp");
  expect(hexOf(records)).toEqual(hexOf(written));
});
