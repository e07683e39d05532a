/** A controller must not fence a broker before it has been active for a whole session. */

import { beforeEach, expect, test } from "vitest";
import { FullSession } from "./full-session.ts";
import { broken, committed, record, view } from "./histories.ts";

let invariant: FullSession;

/** Controller 1 leads epoch 4 since its clock showed 50,000. */
beforeEach(() => {
  invariant = new FullSession();
  lead(50_000);
});

function lead(clockMs: number, overrides: Parameters<typeof view>[0] = {}): void {
  invariant.onReplica(view({ role: "leader", epoch: 4, clockMs, ...overrides }));
}

function fence(epoch = 4): void {
  const fenced = record("brokerRegistrationChange", { brokerId: 101, fenced: 1 });
  invariant.onCommitted(committed([fenced], { baseOffset: 30, epoch }));
}

test("a broker that is fenced after a session of nine seconds is accepted", () => {
  lead(59_000);
  fence();
});

test("a clock that was set back does not make the session shorter", () => {
  lead(59_000);
  lead(29_000);
  fence();
});

test("a broker that asked to leave, and changes that fence nobody, are accepted", () => {
  const unfenced = record("brokerRegistrationChange", { brokerId: 101, fenced: -1 });
  invariant.onCommitted(committed([unfenced], { epoch: 4 }));
  invariant.onLeaving(101);
  fence();
});

test("what another leader wrote is not for this one to answer", () => {
  fence(3);
});

test("a broker that is fenced too early is found", () => {
  lead(58_999);
  expect(broken(() => fence())).toEqual([
    "full-session",
    "1 fences broker 101 at offset 30 after 8999 ms of leading",
  ]);
});

test("a new leader's session begins with its own leading", () => {
  lead(59_000);
  lead(59_000, { id: 2, epoch: 5 });
  lead(99_000);
  lead(60_000, { id: 2, epoch: 5 });
  expect(broken(() => fence(5))).toEqual([
    "full-session",
    "2 fences broker 101 at offset 30 after 1000 ms of leading",
  ]);
});
