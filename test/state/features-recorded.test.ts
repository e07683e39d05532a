/** What a 4.4.0 controller answered and wrote when levels were changed and nodes forgotten: ours does the same. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { APIS, type ApiName } from "../../src/protocol/apis.ts";
import { decode, encode } from "../../src/protocol/codec.ts";
import { decodeRecord, encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import { decideControllerRegistration } from "../../src/state/decide-controller-registration.ts";
import { decideUnregisterBroker } from "../../src/state/decide-unregister-broker.ts";
import { decideUnregisterController } from "../../src/state/decide-unregister-controller.ts";
import { decideUpdateFeatures } from "../../src/state/decide-update-features.ts";
import type { Decision } from "../../src/state/decision.ts";
import { bootstrapRecords } from "../../src/state/format-levels.ts";
import type { MetadataView } from "../../src/state/metadata-view.ts";
import { StateUnderTest } from "./records.ts";

/** The controller was the first of its cluster and had min.insync.replicas=2 in its properties. */
const CONTROLLER_ID = 1;

interface Begin {
  readonly begin: { readonly metadataVersion: number; readonly features: Record<string, number> };
}

/** A request that one of our decisions takes; `records` in hex. */
interface Step {
  readonly api: keyof typeof DECIDERS;
  readonly version: number;
  readonly body: object;
  readonly answer: { readonly errorMessage: string | null };
  readonly records: readonly string[];
}

/** Something else that changed the state. */
interface Change {
  readonly api: "brokerRegistration" | "incrementalAlterConfigs";
  readonly records: readonly string[];
}

const DECIDERS = {
  updateFeatures: (request: never, view: MetadataView, version: number) =>
    decideUpdateFeatures(request, view, {
      version,
      controllerId: CONTROLLER_ID,
      minInsyncReplicas: "2",
    }),
  unregisterController: (request: never, view: MetadataView) =>
    decideUnregisterController(request, view, { activeId: CONTROLLER_ID }),
  unregisterBroker: (request: never, view: MetadataView) => decideUnregisterBroker(request, view),
  controllerRegistration: (request: never, view: MetadataView) =>
    decideControllerRegistration(request, view),
} satisfies Record<
  string,
  (request: never, view: MetadataView, version: number) => Decision<object>
>;

const path = new URL("../fixtures/kafka-4.4.0/features.jsonl", import.meta.url);
const steps = readFileSync(path, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Begin | Step | Change);

function hex(record: NewRecord): string {
  return Buffer.from(encodeRecord(record)).toString("hex");
}

/** The request as a connection would have brought it. */
function received(api: ApiName, version: number, body: object): never {
  const { request } = APIS[api];
  return decode(
    request as never,
    version,
    encode(request as never, version, body as never),
  ) as never;
}

/** The answer as its receiver reads it. */
function sent(api: ApiName, version: number, body: object): unknown {
  const { response } = APIS[api];
  return decode(response as never, version, encode(response as never, version, body as never));
}

it("answers and writes what a 4.4.0 controller does, but for the lowest level", () => {
  let state = new StateUnderTest();
  const decided = new Map<string, number>();
  for (const step of steps) {
    if ("begin" in step) {
      state = new StateUnderTest();
      const { metadataVersion, features } = step.begin;
      const levels = { metadataVersion, features: new Map(Object.entries(features)) };
      state.apply(...bootstrapRecords(levels));
      continue;
    }
    const recorded = step.records.map((text) => decodeRecord(Buffer.from(text, "hex")));
    if ("answer" in step) {
      const request = received(step.api, step.version, step.body);
      const decision = DECIDERS[step.api](request, state.view(), step.version);
      const errorMessage =
        step.answer.errorMessage?.replace("supports versions 7-33", "supports versions 21-33") ??
        null;
      const told = JSON.stringify(step.body);
      expect(sent(step.api, step.version, decision.response), told).toEqual({
        ...step.answer,
        errorMessage,
      });
      expect(decision.records.map(hex), told).toEqual(step.records);
      decided.set(step.api, (decided.get(step.api) ?? 0) + 1);
    }
    if (recorded.length > 0) state.apply(...(recorded as readonly NewRecord[]));
  }
  expect(Object.fromEntries(decided)).toEqual({
    controllerRegistration: 9,
    updateFeatures: 98,
    unregisterController: 6,
    unregisterBroker: 14,
  });
});
