/** No producer id may be given out twice, or before it is committed that it was. */

import { beforeEach, expect, test } from "vitest";
import { broken, committed, record } from "./histories.ts";
import { ProducerIds } from "./producer-ids.ts";

let invariant: ProducerIds;

/** Ids up to 1000 are given out, as the log says, and broker 101 has them. */
beforeEach(() => {
  invariant = new ProducerIds();
  commit(1000n);
  invariant.onProducerIds(0n, 1000, 101);
});

function commit(nextProducerId: bigint): void {
  invariant.onCommitted(committed([record("producerIds", { brokerId: 101, nextProducerId })]));
}

test("blocks that follow one another are accepted, in whatever order they arrive", () => {
  commit(2000n);
  commit(3000n);
  invariant.onProducerIds(2000n, 1000, 102);
  invariant.onProducerIds(1000n, 1000, 103);
});

test.each([1000n, 999n])("a next producer id of %d after 1000 is found", (next) => {
  expect(broken(() => commit(next))).toEqual([
    "producer-ids",
    `the next producer id goes from 1000 to ${next}`,
  ]);
});

test("a block that is not committed is found", () => {
  expect(broken(() => invariant.onProducerIds(1000n, 1000, 102))).toEqual([
    "producer-ids",
    "broker 102 gets ids up to 2000, committed is 1000",
  ]);
});

test("a block that overlaps another one is found", () => {
  expect(broken(() => invariant.onProducerIds(999n, 1, 102))).toEqual([
    "producer-ids",
    "broker 102 gets ids from 999, which broker 101 has",
  ]);
});
