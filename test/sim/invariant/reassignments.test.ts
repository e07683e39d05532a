/** A move must keep all replicas until it is done or taken back, and nothing else may change them. */

import { beforeEach, describe, expect, test } from "vitest";
import type { NewRecord } from "../../../src/protocol/metadata-record.ts";
import { broken, committed, record, TOPIC_A } from "./histories.ts";
import { Reassignments } from "./reassignments.ts";

let invariant: Reassignments;
let offset: number;

/** A partition on 1 and 2, both in sync. */
beforeEach(() => {
  invariant = new Reassignments();
  offset = 0;
  commit(record("partition", { topicId: TOPIC_A, partitionId: 0, replicas: [1, 2], isr: [1, 2] }));
});

function commit(...records: readonly NewRecord[]): void {
  invariant.onCommitted(committed(records, { baseOffset: offset }));
  offset += records.length;
}

type Data = Extract<NewRecord, { type: "partitionChange" }>["data"];

function change(data: Data): NewRecord {
  return record("partitionChange", { topicId: TOPIC_A, partitionId: 0, ...data });
}

/** To 3 and 4. */
const BEGIN = change({
  replicas: [3, 4, 1, 2],
  addingReplicas: [3, 4],
  removingReplicas: [1, 2],
});
const OVER: Data = { addingReplicas: [], removingReplicas: [] };

const ENDED = "the replicas are others, or no move goes on, and none was done or taken back";

function problem(...records: readonly NewRecord[]): string | undefined {
  const [invariantName, fact] = broken(() => commit(...records));
  expect(invariantName).toBe("reassignments");
  return /offset \d+: (.*); before/.exec(fact)?.[1];
}

describe("accepted is a move", () => {
  test("that is done once all new replicas are in sync", () => {
    commit(BEGIN, change({ isr: [1, 2, 3] }));
    commit(change({ ...OVER, replicas: [3, 4], isr: [3, 4] }));
  });

  test("that is taken back", () => {
    commit(BEGIN, change({ ...OVER, replicas: [1, 2] }));
  });

  test("that is changed on its way", () => {
    commit(BEGIN);
    commit(
      change({ replicas: [5, 3, 4, 1, 2], addingReplicas: [5], removingReplicas: [1, 2, 3, 4] }),
    );
  });

  test("that only takes away, at once", () => {
    commit(change({ replicas: [2], isr: [2] }));
  });

  test("that only puts the replicas into another order", () => {
    commit(change({ replicas: [2, 1] }));
  });
});

describe("found is", () => {
  test("an end without all new replicas in sync", () => {
    commit(BEGIN);
    expect(problem(change({ ...OVER, replicas: [3, 4], isr: [3] }))).toBe(ENDED);
  });

  test("an end without anybody in sync", () => {
    expect(problem(change({ replicas: [2], isr: [] }))).toBe(ENDED);
  });

  test("an end that takes more away than came, with somebody left who is not in sync", () => {
    commit(
      record("partition", { topicId: TOPIC_A, partitionId: 0, replicas: [1, 2, 3], isr: [1, 2] }),
    );
    commit(change({ isr: [2] }));
    expect(problem(change({ replicas: [2, 3] }))).toBe(ENDED);
  });

  test("a replica that is gone before the end", () => {
    commit(BEGIN);
    expect(problem(change({ replicas: [3, 4, 1], removingReplicas: [1] }))).toBe(
      "a replica is gone before the move is done",
    );
  });

  test("a move that is taken back and keeps what came", () => {
    commit(BEGIN);
    expect(problem(change({ ...OVER, replicas: [1, 2, 3] }))).toBe(ENDED);
  });

  test("a move that is over and has changed nothing", () => {
    commit(BEGIN);
    expect(problem(change(OVER))).toBe(ENDED);
  });

  test("a replica that comes and is not among the replicas", () => {
    expect(problem(change({ addingReplicas: [3] }))).toBe(
      "a replica that comes or goes is not among the replicas",
    );
  });

  test("a partition without replicas", () => {
    expect(problem(change({ replicas: [] }))).toBe("no replica is left");
  });
});

test("a topic that is removed is forgotten", () => {
  commit(record("removeTopic", { topicId: TOPIC_A }));
  commit(change({ replicas: [] }));
});
