/** A leader must hold everything that was committed in epochs before its own. */

import { beforeEach, expect, test } from "vitest";
import type { ReplicaView } from "../observation.ts";
import { broken, committedOf, logOf, type StoryLog, view } from "./histories.ts";
import { LeaderCompleteness } from "./leader-completeness.ts";

let invariant: LeaderCompleteness;

beforeEach(() => {
  invariant = new LeaderCompleteness();
});

function leader(id: number, epoch: number, log: StoryLog): ReplicaView {
  return view({ id, role: "leader", epoch, log });
}

function commit(offset: number, by: ReplicaView, all: readonly ReplicaView[] = [by]): void {
  invariant.onCommitted(committedOf(by.log, offset), by, all);
}

test("a new leader that holds everything committed is accepted", () => {
  const first = leader(1, 1, logOf(1, 1));
  invariant.onReleased(first);
  commit(0, first);
  invariant.onReleased(leader(2, 2, logOf(1, 2)));
});

test("a new leader that lacks a committed batch is found", () => {
  const first = leader(1, 1, logOf(1, 1));
  commit(0, first);
  commit(1, first);
  expect(broken(() => invariant.onReleased(leader(2, 2, logOf(1))))).toEqual([
    "leader-completeness",
    "leader 2 of epoch 2 lacks committed offset 1",
  ]);
});

test("a new leader with another batch in its place is found", () => {
  commit(0, leader(1, 1, logOf(1)));
  const second = leader(2, 2, logOf({ epoch: 1, checksum: 8 }));
  expect(broken(() => invariant.onReleased(second))).toEqual([
    "leader-completeness",
    "leader 2 of epoch 2 lacks committed offset 0",
  ]);
});

test("followers and leaders of older epochs may lack what is committed", () => {
  const second = leader(2, 2, logOf(1, 2));
  invariant.onReleased(second);
  commit(0, second);
  invariant.onReleased(view({ id: 3, epoch: 2 }));
  invariant.onReleased(leader(1, 1, logOf()));
});

test("an old leader may commit what a newer one holds", () => {
  const first = leader(1, 1, logOf(1, 1));
  const second = leader(2, 2, logOf(1, 1, 2));
  invariant.onReleased(second);
  commit(1, first, [first, second]);
});

test("an old leader that commits what a newer one lacks is found", () => {
  const first = leader(1, 1, logOf(1, 1));
  const second = leader(2, 2, logOf(1, 2));
  invariant.onReleased(second);
  expect(broken(() => commit(1, first, [first, second]))).toEqual([
    "leader-completeness",
    "leader 2 of epoch 2 lacks committed offset 1",
  ]);
});
