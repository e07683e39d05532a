/** Leader, ISR and epochs of a partition must move as Kafka allows, whatever decided the moves. */

import { beforeEach, describe, expect, test } from "vitest";
import type { NewRecord } from "../../../src/protocol/metadata-record.ts";
import type { FinalPartition } from "../observation.ts";
import { broken, committed, finalWorld, record, TOPIC_A, TOPIC_B } from "./histories.ts";
import { PartitionMoves } from "./partition-moves.ts";

let invariant: PartitionMoves;

/** Brokers 1, 2 and 3 serve; one partition has them as its replicas, 1 and 2 in sync, and 1 leads. */
beforeEach(() => {
  invariant = new PartitionMoves();
  commit(0, ...[1, 2, 3, 4].map((id) => registration(id, id === 4)));
  commit(4, partition());
});

function commit(baseOffset: number, ...records: readonly NewRecord[]): void {
  invariant.onCommitted(committed(records, { baseOffset }));
}

function registration(brokerId: number, fenced: boolean): NewRecord {
  return record("registerBroker", { brokerId, fenced });
}

type Data<T extends NewRecord["type"]> = Extract<NewRecord, { type: T }>["data"];

function partition(overrides: Data<"partition"> = {}): NewRecord {
  const data = { topicId: TOPIC_A, partitionId: 0, replicas: [1, 2, 3], isr: [1, 2], leader: 1 };
  return record("partition", { ...data, leaderEpoch: 0, partitionEpoch: 0, ...overrides });
}

function change(overrides: Data<"partitionChange">): NewRecord {
  return record("partitionChange", { topicId: TOPIC_A, partitionId: 0, ...overrides });
}

function fence(id: number): NewRecord {
  return record("fenceBroker", { id, epoch: 1n });
}

function isr(...ids: readonly number[]): NewRecord {
  return change({ isr: ids });
}

const found = (fact: string, at = 5) => [
  "partition-moves",
  `partition ${TOPIC_A}-0 ${fact} at offset ${at}`,
];

describe("accepted is", () => {
  test("an ISR that shrinks and grows, and a leader that changes within it", () => {
    commit(5, isr(1), isr(1, 2, 3), change({ leader: 2 }), change({ isr: [3], leader: 3 }));
  });

  test("a leader that is fenced and replaced in one batch, and one that hands over first", () => {
    commit(5, fence(1), change({ isr: [2], leader: 2 }));
    commit(6, record("brokerRegistrationChange", { brokerId: 2, inControlledShutdown: 1 }));
    commit(7, change({ isr: [], eligibleLeaderReplicas: [2], leader: -1 }), fence(2));
    const election = change({ isr: [2], eligibleLeaderReplicas: [], leader: 2 });
    commit(8, record("unfenceBroker", { id: 2, epoch: 1n }), election);
  });

  test("the election of the last one that led", () => {
    commit(5, change({ isr: [], lastKnownElr: [3], leader: -1 }));
    commit(6, change({ isr: [3], leader: 3 }));
  });

  test("a broker that is not registered any more and was removed in time", () => {
    commit(5, change({ isr: [2], leader: 2 }), record("unregisterBroker", { brokerId: 1 }));
    commit(6, fence(1));
  });

  test("a topic that is removed, whose partitions then count no more", () => {
    commit(5, record("removeTopic", { topicId: TOPIC_A }), fence(1));
    commit(6, isr(4));
    invariant.onEnd(finalWorld());
  });
});

describe("a partition is found that is created", () => {
  test.each<[string, Data<"partition">, string]>([
    ["in a later leader epoch", { leaderEpoch: 1 }, "does not begin in epoch 0"],
    ["in a later partition epoch", { partitionEpoch: 1 }, "does not begin in epoch 0"],
    ["without a leader", { leader: -1 }, "is created without a leader"],
    [
      "with a fenced broker in sync",
      { replicas: [1, 4], isr: [1, 4] },
      "is created with 4 in sync",
    ],
    [
      "with an unknown broker in sync",
      { replicas: [9], isr: [9], leader: 9 },
      "is created with 9 in sync",
    ],
    ["with a replica twice", { replicas: [1, 2, 2] }, "has a replica twice"],
    ["with a broker twice in sync", { isr: [1, 1] }, "has a broker in the ISR twice"],
    [
      "with a stranger in sync",
      { replicas: [1], isr: [1, 2] },
      "has 2 in ISR or ELR, which is no replica",
    ],
    ["with a leader from elsewhere", { leader: 3 }, "is led by 3 from outside of the ISR"],
  ])("%s", (_, overrides, fact) => {
    expect(broken(() => commit(5, partition(overrides)))).toEqual(found(fact));
  });

  test("with a broker in sync that is about to leave", () => {
    commit(5, record("brokerRegistrationChange", { brokerId: 2, inControlledShutdown: 1 }));
    expect(broken(() => commit(6, partition()))).toEqual(found("is created with 2 in sync", 6));
  });
});

describe("a change is found that", () => {
  test.each<[string, Data<"partitionChange">, string]>([
    ["names a replica twice", { replicas: [1, 2, 1] }, "has a replica twice"],
    ["names a broker twice in the ISR", { isr: [1, 2, 2] }, "has a broker in the ISR twice"],
    ["takes a stranger into the ISR", { isr: [1, 4] }, "has 4 in ISR or ELR, which is no replica"],
    [
      "moves a replica away that is in sync",
      { replicas: [1, 3] },
      "has 2 in ISR or ELR, which is no replica",
    ],
    [
      "takes a stranger into the ELR",
      { eligibleLeaderReplicas: [4] },
      "has 4 in ISR or ELR, which is no replica",
    ],
    ["has a broker in ISR and ELR", { eligibleLeaderReplicas: [2] }, "has 2 in ISR and ELR"],
    ["leaves the leader out of the ISR", { isr: [2] }, "is led by 1 from outside of the ISR"],
    ["elects one from outside of the ISR", { leader: 3 }, "is led by 3 from outside of the ISR"],
    [
      "elects one that may lack records",
      { isr: [3], leader: 3 },
      "elects 3 from outside of ISR and ELR",
    ],
  ])("%s", (_, overrides, fact) => {
    expect(broken(() => commit(5, change(overrides)))).toEqual(found(fact));
  });

  test("takes a fenced broker into the ISR", () => {
    commit(5, fence(3));
    expect(broken(() => commit(6, isr(1, 2, 3)))).toEqual(
      found("takes 3 into the ISR, which may not serve", 6),
    );
  });

  test("takes a broker into the ISR that is about to leave", () => {
    commit(5, record("brokerRegistrationChange", { brokerId: 3, inControlledShutdown: 1 }));
    expect(broken(() => commit(6, isr(1, 2, 3)))).toEqual(
      found("takes 3 into the ISR, which may not serve", 6),
    );
  });

  test("fills an empty ISR without electing anybody", () => {
    commit(5, change({ isr: [], eligibleLeaderReplicas: [1, 2], leader: -1 }));
    const refill = change({ isr: [1], eligibleLeaderReplicas: [2] });
    expect(broken(() => commit(6, refill))).toEqual(
      found("takes 1 into the ISR without electing it", 6),
    );
  });

  test("elects a fenced broker", () => {
    commit(5, fence(2));
    expect(broken(() => commit(6, change({ leader: 2 })))).toEqual(
      found("is led by 2, which is fenced", 6),
    );
  });
});

describe("a leader is found that is left in place", () => {
  test.each<[string, NewRecord]>([
    ["fenced", fence(1)],
    ["fenced as a change", record("brokerRegistrationChange", { brokerId: 1, fenced: 1 })],
    ["registered anew, fenced as it is then", registration(1, true)],
    ["unregistered", record("unregisterBroker", { brokerId: 1 })],
  ])("when it is %s", (_, written) => {
    expect(broken(() => commit(5, written))).toEqual(found("is led by 1, which is fenced"));
  });
});

describe("at the end", () => {
  const asItIs: FinalPartition = {
    topicId: TOPIC_A,
    partitionIndex: 0,
    leader: 2,
    leaderEpoch: 1,
    partitionEpoch: 2,
    isr: [2],
  };

  /** Two changes, one of which elects another leader. */
  function endWith(...partitions: readonly FinalPartition[]): void {
    commit(5, change({ leader: 2 }), isr(2));
    invariant.onEnd(finalWorld({ partitions }));
  }

  test("a state that counts every change and every new leader is accepted", () => {
    endWith(asItIs);
  });

  test("a partition that is not there is found", () => {
    expect(broken(() => endWith())).toEqual([
      "partition-moves",
      "1 partitions were made, 0 are there",
    ]);
  });

  test("a partition that nobody made is found", () => {
    expect(broken(() => endWith({ ...asItIs, topicId: TOPIC_B }))).toEqual([
      "partition-moves",
      `partition ${TOPIC_B}-0 is not in the log at offset 9`,
    ]);
  });

  test.each<[Partial<FinalPartition>, string]>([
    [{ leader: 1 }, "leader 1 in epoch 1, partition epoch 2, ISR 2"],
    [{ leaderEpoch: 2 }, "leader 2 in epoch 2, partition epoch 2, ISR 2"],
    [{ partitionEpoch: 1 }, "leader 2 in epoch 1, partition epoch 1, ISR 2"],
    [{ isr: [2, 1] }, "leader 2 in epoch 1, partition epoch 2, ISR 2,1"],
  ])("a state with %j is found", (overrides, has) => {
    expect(broken(() => endWith({ ...asItIs, ...overrides }))).toEqual(
      found(`has ${has}; its records say 2, 1, 2, 2`, 9),
    );
  });
});
