/** Leader, ISR and epochs of a partition must move as Kafka allows, whatever decided the moves. */

import { beforeEach, describe, expect, test } from "vitest";
import type { NewRecord } from "../../../src/protocol/metadata-record.ts";
import type { FinalPartition } from "../observation.ts";
import { broken, committed, finalWorld, record, TOPIC_A, TOPIC_B } from "./histories.ts";
import { PartitionMoves } from "./partition-moves.ts";

let invariant: PartitionMoves;

/**
 * Brokers 1, 2 and 3 serve; one partition of the topic orders has them as its replicas, 1 and 2 in sync, and 1 leads.
 * Two replicas must be in sync.
 */
beforeEach(() => {
  invariant = new PartitionMoves();
  const brokers = [1, 2, 3, 4].map((id) => registration(id, id === 4));
  const topic = record("topic", { name: "orders", topicId: TOPIC_A });
  const records = [...brokers, topic, elrLevel(1), config("orders", MIN_ISR, "2")];
  invariant.onCommitted(committed(records, { baseOffset: 0, lastOffset: 3 }));
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

const MIN_ISR = "min.insync.replicas";
const UNCLEAN = "unclean.leader.election.enable";

/** Of a topic; of all when it has no name. */
function config(topic: string, name: string, value: string | null): NewRecord {
  return record("config", { resourceType: topic === "" ? 4 : 2, resourceName: topic, name, value });
}

function elrLevel(featureLevel: number): NewRecord {
  return record("featureLevel", { name: "eligible.leader.replicas.version", featureLevel });
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
      "has 2 in the ISR, which is no replica",
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
    ["takes a stranger into the ISR", { isr: [1, 4] }, "has 4 in the ISR, which is no replica"],
    [
      "moves a replica away that is in sync",
      { replicas: [1, 3] },
      "has 2 in the ISR, which is no replica",
    ],
    [
      "takes a stranger into the ELR",
      { eligibleLeaderReplicas: [4] },
      "has 4 in the ELR, which was in neither ISR nor ELR",
    ],
    ["has a broker in ISR and ELR", { eligibleLeaderReplicas: [2] }, "has 2 in ISR and ELR"],
    ["leaves the leader out of the ISR", { isr: [2] }, "is led by 1 from outside of the ISR"],
    ["elects one from outside of the ISR", { leader: 3 }, "is led by 3 from outside of the ISR"],
    [
      "elects one that may lack records",
      { isr: [3], leader: 3 },
      "elects 3 from outside of ISR 1,2, ELR , last known ELR ",
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

describe("who may lack records is elected", () => {
  const elects = change({ isr: [3], leader: 3 });
  const lacking = found("elects 3 from outside of ISR 1,2, ELR , last known ELR ", 6);

  test.each<[string, NewRecord]>([
    ["the topic", config("orders", UNCLEAN, "true")],
    ["all topics", config("", UNCLEAN, "true")],
  ])("where that is configured for %s", (_, configured) => {
    commit(5, configured);
    commit(6, elects);
  });

  test("not where another topic has it, nor where the topic itself forbids it", () => {
    commit(5, config("payments", UNCLEAN, "true"));
    expect(broken(() => commit(6, elects))).toEqual(lacking);
    invariant = new PartitionMoves();
  });

  test("not where all topics have it and the topic itself does not", () => {
    const records = [config("", UNCLEAN, "true"), config("orders", UNCLEAN, "false")];
    invariant.onCommitted(committed(records, { baseOffset: 5, lastOffset: 5 }));
    expect(broken(() => commit(6, elects))).toEqual(lacking);
  });

  test.each([[null], [[{ topic: "orders", partitionIndex: 0 }]]])(
    "where it was asked for %j and nobody has heard of it",
    (partitions) => {
      invariant.onUncleanAsked({ id: 1, partitions });
      commit(6, elects);
    },
  );

  test("not where it was asked for another partition", () => {
    invariant.onUncleanAsked({ id: 1, partitions: [{ topic: "orders", partitionIndex: 1 }] });
    expect(broken(() => commit(6, elects))).toEqual(lacking);
  });

  test("not any more once it was answered", () => {
    invariant.onUncleanAsked({ id: 1, partitions: null });
    invariant.onUncleanAnswered(1);
    expect(broken(() => commit(6, elects))).toEqual(lacking);
  });
});

describe("of a partition that is moved", () => {
  const begin = change({
    replicas: [4, 1, 2, 3],
    addingReplicas: [4],
    removingReplicas: [1, 2, 3],
  });
  const over = { removingReplicas: [], addingReplicas: [] };

  beforeEach(() => {
    commit(5, record("unfenceBroker", { id: 4, epoch: 1n }));
    commit(6, begin);
  });

  test("the new one comes into sync and takes over as it ends", () => {
    commit(7, change({ ...over, isr: [4], leader: 4, replicas: [4] }));
  });

  test("nobody comes into sync as it ends who may not serve", () => {
    commit(7, record("brokerRegistrationChange", { brokerId: 4, inControlledShutdown: 1 }));
    const end = change({ ...over, isr: [4], leader: 4, replicas: [4] });
    expect(broken(() => commit(8, end))).toEqual(
      found("takes 4 into the ISR, which may not serve", 8),
    );
  });

  const back = change({ ...over, isr: [1], leader: -1, replicas: [1, 2, 3] });

  test("the first one is taken when nobody is in sync as it is taken back, if that is allowed", () => {
    commit(7, config("orders", UNCLEAN, "true"));
    commit(8, change({ isr: [4], leader: 4 }), fence(1));
    commit(10, back);
  });

  test("nobody is taken as it is taken back who is not in sync, if that is not allowed", () => {
    invariant.onUncleanAsked({ id: 1, partitions: null });
    commit(7, change({ isr: [4], leader: 4 }), fence(1));
    invariant.onUncleanAnswered(1);
    expect(broken(() => commit(9, back))).toEqual(
      found("takes 1 into the ISR, which may not serve", 9),
    );
  });

  test("a replica may stay eligible that was taken away", () => {
    commit(7, change({ isr: [2], eligibleLeaderReplicas: [1], leader: 2 }));
    commit(8, change({ ...over, replicas: [2] }));
  });
});

describe("who is eligible", () => {
  beforeEach(() => commit(5, change({ isr: [1], eligibleLeaderReplicas: [2] })));

  test("is nobody any more once enough are in sync", () => {
    const enough = change({ isr: [1, 3] });
    expect(broken(() => commit(6, enough))).toEqual(
      found("has ELR 2 beside ISR 1,3, and 2 are enough", 6),
    );
  });

  test.each<[string, NewRecord]>([
    ["the topic", config("orders", MIN_ISR, "3")],
    ["all topics", config("", MIN_ISR, "3")],
  ])("is cleared when another minimum is set for %s", (topic, configured) => {
    const key = topic === "the topic" ? "config 2 orders" : "config 4 ";
    expect(broken(() => commit(6, configured))).toEqual(
      found(`keeps ELR 2 although ${key} min.insync.replicas changed`, 6),
    );
  });

  test("is cleared by a record, which counts as a change", () => {
    commit(6, config("orders", MIN_ISR, "3"), record("clearElr", { topicName: "orders" }));
    const after = { leader: 1, leaderEpoch: 0, isr: [1], elr: [], replicas: [1, 2, 3] };
    const at = { topicId: TOPIC_A, partitionIndex: 0, partitionEpoch: 2, able: [] };
    invariant.onEnd(finalWorld({ partitions: [{ ...after, ...at }] }));
  });

  test("stays as it is for another topic's sake, or without the feature", () => {
    commit(6, config("payments", MIN_ISR, "3"), record("clearElr", { topicName: "payments" }));
    commit(8, elrLevel(0));
    commit(9, config("orders", MIN_ISR, "3"));
    const at = { topicId: TOPIC_A, partitionIndex: 0, partitionEpoch: 1, able: [] };
    const same = { leader: 1, leaderEpoch: 0, isr: [1], elr: [2], replicas: [1, 2, 3] };
    invariant.onEnd(finalWorld({ partitions: [{ ...same, ...at }] }));
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
    elr: [],
    replicas: [1, 2, 3],
    able: [1, 2, 3],
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
