/** Equal logs must make equal states, and a state must be that of its log. */

import { beforeEach, expect, test } from "vitest";
import type { ReplicaView } from "../observation.ts";
import { appended, broken, logOf, type StoryLog, truncated, view } from "./histories.ts";
import { SameState } from "./same-state.ts";

let invariant: SameState;

beforeEach(() => {
  invariant = new SameState();
});

/** A controller that has just appended the last batch of its log, and applied it. */
function applied(id: number, log: StoryLog, overrides: Partial<ReplicaView> = {}): ReplicaView {
  const last = log.entries.at(-1)!;
  const changes = [appended(log, last.baseOffset)];
  return view({ id, log, changes, stateLastOffset: last.lastOffset, ...overrides });
}

function show(shown: ReplicaView): void {
  invariant.onReplica(shown);
  invariant.onReleased(shown);
}

test("equal states after equal logs are accepted, and others after others", () => {
  show(applied(1, logOf(1, 1), { stateDigest: 5 }));
  show(applied(2, logOf(1, 1), { stateDigest: 5 }));
  show(applied(2, logOf(1, 1, 1), { stateDigest: 6 }));
  show(applied(3, logOf(1, 2), { stateDigest: 7 }));
});

test("control batches and truncations write no rows", () => {
  const log = logOf(1, { epoch: 1, control: true });
  show(view({ log, changes: [appended(log, 1)], stateLastOffset: 0, stateDigest: 1 }));
  show(view({ log: logOf(1), changes: [truncated(1)], stateLastOffset: 0, stateDigest: 2 }));
});

test("a state that is ahead of its log is found", () => {
  const ahead = view({ log: logOf(1, 1), stateLastOffset: 2 });
  expect(broken(() => show(ahead))).toEqual([
    "same-state",
    "the state of 1 holds offset 2, its log ends at 2",
  ]);
});

test("a batch that is appended and not applied is found", () => {
  const behind = applied(1, logOf(1, 1), { stateLastOffset: 0 });
  expect(broken(() => show(behind))).toEqual([
    "same-state",
    "1 has appended offset 1 and applied 0",
  ]);
});

test("two states after the same batch are found", () => {
  show(applied(1, logOf(1, { epoch: 2, size: 3 }), { stateDigest: 5 }));
  const other = applied(2, logOf(1, { epoch: 2, size: 3 }), { stateDigest: 6 });
  expect(broken(() => show(other))).toEqual([
    "same-state",
    "the state of 2 at offset 3 of epoch 2 differs from another one's",
  ]);
});
