/** A voter must not vote for two in an epoch, nor before its vote is stored. */

import { expect, test } from "vitest";
import type { Vote } from "../observation.ts";
import { broken } from "./histories.ts";
import { OneVote } from "./one-vote.ts";

/** Voter 1 votes, and has stored what it should. */
function vote(epoch: number, candidateId: number, overrides: Partial<Vote> = {}): Vote {
  const stored = { epoch, votedId: candidateId };
  return { voterId: 1, epoch, candidateId, stored, ...overrides };
}

test("a vote that is repeated, and votes of other voters and epochs, are accepted", () => {
  const invariant = new OneVote();
  invariant.onVote(vote(5, 2));
  invariant.onVote(vote(5, 2));
  invariant.onVote(vote(5, 3, { voterId: 3 }));
  invariant.onVote(vote(6, 3));
});

test("a voter may have stored a later epoch when its vote leaves it", () => {
  new OneVote().onVote(vote(5, 2, { stored: { epoch: 6, votedId: -1 } }));
});

test("a second vote in an epoch for another candidate is found, even after later votes", () => {
  const invariant = new OneVote();
  invariant.onVote(vote(5, 2));
  invariant.onVote(vote(6, 2));
  expect(broken(() => invariant.onVote(vote(5, 3)))).toEqual([
    "one-vote",
    "1 votes for 2 and for 3 in epoch 5",
  ]);
});

test.each([
  [null, "null"],
  [{ epoch: 4, votedId: 2 }, '{"epoch":4,"votedId":2}'],
  [{ epoch: 5, votedId: -1 }, '{"epoch":5,"votedId":-1}'],
  [{ epoch: 5, votedId: 3 }, '{"epoch":5,"votedId":3}'],
])("a vote of a voter that has stored %j is found", (stored, told) => {
  expect(broken(() => new OneVote().onVote(vote(5, 2, { stored })))).toEqual([
    "one-vote",
    `1 votes for 2 in epoch 5 and has stored ${told}`,
  ]);
});
