/** The checker of simulated quorums is checked itself: it must find each fault, and pass what is right. */

import { beforeEach, expect, test } from "vitest";
import { readBatch } from "../../src/protocol/record-batch.ts";
import type { Replica } from "../../src/raft/replica.ts";
import { Invariants, type Observed } from "../raft/invariants.ts";
import { dataBatch, votersOf } from "../raft/lone-replica.ts";
import { RecordedLog } from "../raft/recorded-log.ts";

/** The facts of one replica, to be falsified at will. */
interface Facts {
  readonly id: number;
  log: RecordedLog;
  epoch: number;
  storedEpoch: number;
  highWatermark: number;
  isLeader: boolean;
  epochStartOffset: number;
  /** Grows with every start. */
  life: number;
}

let invariants: Invariants;
let nodes: readonly [Facts, Facts, Facts];
let lives: Map<string, Replica>;

function logOf(...epochs: readonly number[]): RecordedLog {
  const log = new RecordedLog();
  epochs.forEach((epoch, offset) => {
    log.append(readBatch(dataBatch(offset, epoch))!);
  });
  return log;
}

/** Three replicas of epoch 2 with the same three records, two of them committed; the first leads. */
beforeEach(() => {
  invariants = new Invariants();
  lives = new Map();
  const facts = (id: number): Facts => ({
    id,
    log: logOf(1, 2, 2),
    epoch: 2,
    storedEpoch: 2,
    highWatermark: id === 1 ? 2 : 0,
    isLeader: id === 1,
    epochStartOffset: id === 1 ? 1 : -1,
    life: 0,
  });
  nodes = [facts(1), facts(2), facts(3)];
  for (const node of nodes) check(node);
});

/** One object for each life of a replica, as the checker tells lives apart by it. */
function replicaOf(facts: Facts): Replica {
  const key = `${facts.id}/${facts.life}`;
  const replica = lives.get(key) ?? ({ voters: () => votersOf(3) } as unknown as Replica);
  const { epoch, highWatermark, isLeader, epochStartOffset } = facts;
  Object.assign(replica, { epoch, highWatermark, isLeader, epochStartOffset });
  lives.set(key, replica);
  return replica;
}

function observed(facts: Facts): Observed {
  return {
    id: facts.id,
    log: facts.log,
    replica: replicaOf(facts),
    storedEpoch: facts.storedEpoch,
  };
}

function check(facts: Facts): void {
  invariants.check(observed(facts), nodes.map(observed));
}

const FAULTS: readonly (readonly [string, Partial<Facts>[], string])[] = [
  ["an epoch that goes back", [{ epoch: 1, storedEpoch: 1 }], "epoch of 2 went from 2 to 1"],
  ["an epoch that is not stored", [{ epoch: 3 }], "2 acts in epoch 3 and has stored 2"],
  [
    "a high watermark that goes back",
    [{ highWatermark: 2 }, { highWatermark: 1 }],
    "high watermark of 2 went from 2 to 1",
  ],
  ["a high watermark beyond the log", [{ highWatermark: 4 }], "2 has committed 4 of 3"],
  ["a second leader of an epoch", [{ isLeader: true }], "1 and 2 lead epoch 2"],
  [
    "a leader that leads an epoch again",
    [
      { epoch: 3, storedEpoch: 3, isLeader: true, epochStartOffset: 2 },
      { epoch: 3, storedEpoch: 3, isLeader: false, life: 1 },
      { epoch: 3, storedEpoch: 3, isLeader: true, epochStartOffset: 2, life: 2 },
    ],
    "2 leads epoch 3 twice",
  ],
  [
    "a leader that lacks what is committed",
    [{ epoch: 3, storedEpoch: 3, isLeader: true, epochStartOffset: 1, log: logOf(1) }],
    "leader 2 of epoch 3 lacks the committed offset 1",
  ],
  [
    "something else in a committed place",
    [{ log: logOf(1, 3), highWatermark: 2 }],
    "2 has something else committed at 1",
  ],
  [
    "a commit that one replica alone holds",
    [{ log: logOf(1, 2, 2, 2), highWatermark: 4 }],
    "offset 3 is committed by 2 and held by 1",
  ],
  [
    "a commit before the leader's own epoch",
    [{ epoch: 3, storedEpoch: 3, isLeader: true, epochStartOffset: 3, highWatermark: 3 }],
    "leader 2 committed 3 before its own epoch",
  ],
];

test.each(FAULTS)("KAFKA-12851: the checker of quorums finds %s", (_, changes, fact) => {
  const [, node] = nodes;
  const last = changes.length - 1;
  for (const change of changes.slice(0, last)) check(Object.assign(node, change));
  Object.assign(node, changes[last]);
  expect(() => check(node)).toThrow(`Invariant broken: ${fact}`);
});

test("KAFKA-12851: the checker of quorums finds two batches at one offset and epoch", () => {
  const [, node] = nodes;
  node.log = logOf(1, 2);
  const bytes = dataBatch(2, 2, 2);
  node.log.append(readBatch(bytes)!);
  expect(() => check(node)).toThrow("Invariant broken: the batch 2/2 of 2 differs");
});

test("KAFKA-12851: the checker of quorums passes a commit, a restart and a truncation that are right", () => {
  const [first, second, third] = nodes;
  check(Object.assign(first, { highWatermark: 3 }));
  check(Object.assign(second, { highWatermark: 3 }));
  check(Object.assign(second, { life: 1, highWatermark: -1 }));
  third.log.append(readBatch(dataBatch(3, 2))!);
  check(third);
  third.log.truncate(3);
  check(third);
  expect(invariants.committedOffset).toBe(3);
  expect([...invariants.leaders]).toEqual([[2, 1]]);
});
