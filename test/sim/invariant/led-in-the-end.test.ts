/** Once everybody is back, what can be led must be led, by the preferred replica where leaders are balanced. */

import { describe, expect, test } from "vitest";
import type { NewRecord } from "../../../src/protocol/metadata-record.ts";
import type { FinalLeader, FinalPartition } from "../observation.ts";
import { broken, committed, finalWorld, record, TOPIC_A, TOPIC_B } from "./histories.ts";
import { LedInTheEnd } from "./led-in-the-end.ts";

const LED: FinalPartition = {
  topicId: TOPIC_A,
  partitionIndex: 0,
  leader: 1,
  leaderEpoch: 0,
  partitionEpoch: 0,
  isr: [1, 2],
  elr: [],
  replicas: [1, 2, 3],
  able: [1, 2, 3],
};
const BALANCING: FinalLeader = {
  clockMs: 0,
  undisturbedMs: 4000,
  balancesEveryMs: 1000,
  expiresTokensEveryMs: null,
};

function end(partition: Partial<FinalPartition>, leader: FinalLeader | null = null): void {
  const partitions = [{ ...LED, ...partition }];
  new LedInTheEnd().onEnd(finalWorld({ partitions, leader }));
}

describe("accepted is a partition", () => {
  test("that is led by its first replica", () => end({}, BALANCING));

  test.each<[string, Partial<FinalPartition>]>([
    ["nobody is in sync", { leader: -1, isr: [] }],
    ["whoever is in sync cannot lead", { leader: -1, able: [3] }],
    ["whoever is eligible cannot lead", { leader: -1, isr: [], elr: [2], able: [1, 3] }],
  ])("without a leader when %s", (_, partition) => end(partition));

  test.each<[string, Partial<FinalPartition>, FinalLeader | null]>([
    ["leaders are not balanced", {}, { ...BALANCING, balancesEveryMs: null }],
    ["there was no time to balance them", {}, { ...BALANCING, undisturbedMs: 2000 }],
    ["the first one is out of sync", { isr: [2] }, BALANCING],
    ["the first one cannot lead", { able: [2, 3] }, BALANCING],
  ])("that is led by another when %s", (_, partition, leader) => {
    end({ leader: 2, ...partition }, leader);
  });
});

describe("a leaderless partition with a replica that could lead", () => {
  const at = { topicId: TOPIC_A, partitionId: 0 };
  const placed = record("partitionChange", { ...at, directories: [TOPIC_B] });
  const left = record("partitionChange", { ...at, leader: -1 });
  const endAfter = (...records: readonly NewRecord[]): void => {
    const invariant = new LedInTheEnd();
    invariant.onCommitted(committed(records));
    invariant.onEnd(finalWorld({ partitions: [{ ...LED, leader: -1 }] }));
  };

  test("is accepted when a replica was put into another directory since", () => {
    endAfter(left, placed);
  });

  test("is found when it lost its leader after that", () => {
    expect(broken(() => endAfter(placed, left))[0]).toBe("led-in-the-end");
  });
});

describe("found is a partition", () => {
  test.each<[string, Partial<FinalPartition>, number]>([
    ["in sync", {}, 1],
    ["eligible", { isr: [], elr: [3, 2] }, 3],
  ])("without a leader although one is %s", (_, partition, candidate) => {
    expect(broken(() => end({ leader: -1, ...partition }))).toEqual([
      "led-in-the-end",
      `partition ${TOPIC_A}-0 has no leader, and ${candidate} could be`,
    ]);
  });

  test("that is led by another although leaders are balanced", () => {
    expect(broken(() => end({ leader: 2 }, BALANCING))).toEqual([
      "led-in-the-end",
      `partition ${TOPIC_A}-0 is led by 2, and 1 is in sync`,
    ]);
  });
});
