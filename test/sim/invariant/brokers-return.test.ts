/** After all faults every broker must be back and up to date. */

import { expect, test } from "vitest";
import type { FinalBroker } from "../observation.ts";
import { BrokersReturn } from "./brokers-return.ts";
import { broken, finalReplica, finalWorld } from "./histories.ts";

function endWith(...brokers: readonly FinalBroker[]): void {
  // The newest of the controllers says how much is committed.
  const replicas = [finalReplica({ highWatermark: 9 }), finalReplica({ highWatermark: 10 })];
  new BrokersReturn().onEnd(finalWorld({ brokers, replicas }));
}

test("brokers that are unfenced and have read everything are accepted", () => {
  endWith({ id: 101, fenced: false, endOffset: 10 }, { id: 102, fenced: false, endOffset: 10 });
});

test("a broker that is not registered is found", () => {
  expect(broken(() => endWith({ id: 101, fenced: null, endOffset: 10 }))).toEqual([
    "brokers-return",
    "broker 101 is not registered",
  ]);
});

test("a broker that is still fenced is found", () => {
  expect(broken(() => endWith({ id: 101, fenced: true, endOffset: 10 }))).toEqual([
    "brokers-return",
    "broker 101 is still fenced",
  ]);
});

test("a broker that has not read everything is found", () => {
  expect(broken(() => endWith({ id: 102, fenced: false, endOffset: 9 }))).toEqual([
    "brokers-return",
    "broker 102 has read 9 of 10",
  ]);
});
