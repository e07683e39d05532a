/** A voter must not vote for two in an epoch. */

import { expect, test } from "vitest";
import { broken } from "./histories.ts";
import { OneVote } from "./one-vote.ts";

test("a vote that is repeated, and votes of other voters and epochs, are accepted", () => {
  const invariant = new OneVote();
  invariant.onVote({ voterId: 1, epoch: 5, candidateId: 2 });
  invariant.onVote({ voterId: 1, epoch: 5, candidateId: 2 });
  invariant.onVote({ voterId: 3, epoch: 5, candidateId: 3 });
  invariant.onVote({ voterId: 1, epoch: 6, candidateId: 3 });
});

test("a second vote in an epoch for another candidate is found, even after later votes", () => {
  const invariant = new OneVote();
  invariant.onVote({ voterId: 1, epoch: 5, candidateId: 2 });
  invariant.onVote({ voterId: 1, epoch: 6, candidateId: 2 });
  expect(broken(() => invariant.onVote({ voterId: 1, epoch: 5, candidateId: 3 }))).toEqual([
    "one-vote",
    "1 votes for 2 and for 3 in epoch 5",
  ]);
});
