/** What is remembered of changes, and how it is forgotten: exactly as a plain map would have it, at every offset. */

import "../support/property-seed.ts";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { decodeRecord, encodeRecord, type NewRecord } from "../../src/protocol/metadata-record.ts";
import { decideForgetAnswers } from "../../src/state/decide-forget-answers.ts";
import { MemoryVersionedStore } from "../../src/state/memory-versioned-store.ts";
import { applyBatch } from "../../src/state/metadata-writer.ts";
import type { Row, VersionedStore } from "../../src/state/versioned-store.ts";
import { record, StateUnderTest } from "./records.ts";

const FINGERPRINT = new Uint8Array(32).fill(7);

function answer(key: string, dueMs: number, principal = "User:alice"): NewRecord {
  return record("rememberedAnswer", {
    principal,
    key,
    fingerprint: FINGERPRINT,
    apiKey: 19,
    apiVersion: 7,
    answer: new TextEncoder().encode(`${principal} ${key} ${dueMs}`),
    expirationTimestamp: BigInt(dueMs),
  });
}

function forget(throughMs: number, maxAnswers = 1000): NewRecord {
  return record("forgetAnswers", { throughTimestamp: BigInt(throughMs), maxAnswers });
}

let state: StateUnderTest;

beforeEach(() => {
  state = new StateUnderTest();
});

/** The keys of alice that are remembered, of those that these tests use. */
function remembered(...keys: readonly string[]): string[] {
  return keys.filter((key) => state.view().rememberedAnswer("User:alice", key) !== null);
}

test("nothing is remembered in the beginning, and nothing is due", () => {
  state.apply(record("noOp", {}));
  expect(state.view().rememberedAnswerCount()).toBe(0);
  expect(state.view().firstAnswerDueMs()).toBeNull();
  expect(state.view().rememberedAnswer("User:alice", "k")).toBeNull();
});

test("an answer is remembered by principal and key, whatever characters they have", () => {
  state.apply(answer("a/b", 500), answer("a/b", 300, "User:a/b"), answer("a", 400, "User:alice/a"));
  const { principal, key, answer: bytes } = state.view().rememberedAnswer("User:a/b", "a/b") ?? {};
  expect([principal, key]).toEqual(["User:a/b", "a/b"]);
  expect(new TextDecoder().decode(bytes)).toBe("User:a/b a/b 300");
  expect(state.view().rememberedAnswer("User:alice", "a/b")?.expirationTimestampMs).toBe(500);
  expect(state.view().rememberedAnswerCount()).toBe(3);
  const principals = ["User:alice", "User:a/b", "User:alice/a", "User:a"];
  expect(principals.map((who) => state.view().rememberedAnswerCountOf(who))).toEqual([1, 1, 1, 0]);
  expect(state.view().firstAnswerDueMs()).toBe(300);
});

test("their size is counted, in all and by principal, whether they are replaced or forgotten", () => {
  const bytes = () => {
    const view = state.view();
    const [hers, his] = ["User:alice", "User:bob"].map((who) => view.rememberedAnswerBytesOf(who));
    return [view.rememberedAnswerBytes(), hers, his];
  };
  expect(bytes()).toEqual([0, 0, 0]);
  // The texts are "User:alice a 500" and "User:bob b 700".
  state.apply(answer("a", 500), answer("b", 700, "User:bob"));
  expect(bytes()).toEqual([30, 16, 14]);
  state.apply(answer("a", 50_000));
  expect(bytes()).toEqual([32, 18, 14]);
  state.apply(forget(700));
  expect(bytes()).toEqual([18, 18, 0]);
  state.apply(forget(50_000));
  expect(bytes()).toEqual([0, 0, 0]);
});

test("an answer takes the place of the earlier one under its key, and counts once", () => {
  state.apply(answer("k", 100));
  state.apply(answer("k", 900));
  expect(state.view().rememberedAnswer("User:alice", "k")?.expirationTimestampMs).toBe(900);
  expect(state.view().rememberedAnswerCount()).toBe(1);
  expect(state.view().firstAnswerDueMs()).toBe(900);
  state.apply(forget(100));
  expect(remembered("k")).toEqual(["k"]);
});

test("those are forgotten that expire at the time or before, the earliest first, and no more than asked", () => {
  state.apply(answer("d", 40), answer("b", 20), answer("a", 10), answer("c", 30));
  state.apply(forget(30, 2));
  expect(remembered("a", "b", "c", "d")).toEqual(["c", "d"]);
  expect(state.view().firstAnswerDueMs()).toBe(30);
  state.apply(forget(30, 2));
  expect(remembered("a", "b", "c", "d")).toEqual(["d"]);
  expect(state.view().rememberedAnswerCount()).toBe(1);
});

test("one batch may remember, forget and remember again", () => {
  state.apply(answer("k", 10), forget(10), answer("k", 20), answer("l", 5), forget(5));
  expect(remembered("k", "l")).toEqual(["k"]);
  expect(state.view().rememberedAnswerCount()).toBe(1);
  expect(state.view().firstAnswerDueMs()).toBe(20);
});

test("an answer that expires before what is forgotten already, by a clock that is behind, is found", () => {
  state.apply(answer("late", 1000));
  state.apply(answer("later", 5000), forget(1000));
  state.apply(answer("early", 400));
  expect(state.view().firstAnswerDueMs()).toBe(400);
  state.apply(forget(400));
  expect(remembered("early", "later")).toEqual(["later"]);
});

test("when all is forgotten the rows of answers are gone, but for the summary", () => {
  state.apply(answer("a", 10), answer("b", 20));
  state.apply(forget(20));
  expect(state.keys()).toEqual(["answers"]);
});

describe("forgetting as a task", () => {
  test("there is nothing to write while nothing is due", () => {
    state.apply(answer("a", 1000));
    expect(decideForgetAnswers(state.view(), 999)).toBeNull();
  });

  test("what is due is forgotten in pieces until a look finds nothing", () => {
    const keys = Array.from({ length: 1500 }, (_, i) => `k${i}`);
    state.apply(...keys.map((key, i) => answer(key, 1000 + i)));
    const counts: number[] = [];
    for (;;) {
      const decided = decideForgetAnswers(state.view(), 2499);
      if (decided === null) break;
      expect(decided).toEqual({ records: [forget(2499)], atomic: true, again: true });
      state.apply(...decided.records);
      counts.push(state.view().rememberedAnswerCount());
    }
    expect(counts).toEqual([500, 0]);
  });
});

/** Counts the rows that scans return. */
class CountingStore extends MemoryVersionedStore {
  scanned = 0;
  readonly starts: string[] = [];

  override scan(...asked: Parameters<VersionedStore["scan"]>): Row[] {
    const rows = super.scan(...asked);
    this.scanned += rows.length;
    this.starts.push(asked[0].start);
    return rows;
  }
}

test("forgetting reads no more keys than it deletes, and does not step over those deleted before", () => {
  const store = new CountingStore();
  const apply = (lastOffset: number, ...records: readonly NewRecord[]) =>
    applyBatch(store, {
      lastOffset,
      records: records.map((each) => decodeRecord(encodeRecord(each))),
    });
  apply(999, ...Array.from({ length: 1000 }, (_, i) => answer(`k${i}`, 1000 + i)));
  apply(1000, forget(5000, 300));
  expect(store.scanned).toBe(300);
  store.scanned = 0;
  store.starts.length = 0;
  apply(1001, forget(5000, 10));
  expect(store.scanned).toBe(10);
  expect(store.starts[0]).toBe("answer-due/0000000000001299");
});

type Step =
  | { readonly kind: "remember"; readonly who: number; readonly key: number; readonly due: number }
  | { readonly kind: "forget"; readonly through: number; readonly max: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("remember" as const),
      who: fc.integer({ min: 0, max: 1 }),
      key: fc.integer({ min: 0, max: 4 }),
      due: fc.integer({ min: 0, max: 30 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("forget" as const),
      through: fc.integer({ min: 0, max: 30 }),
      max: fc.integer({ min: 0, max: 4 }),
    }),
  },
);
const anyBatch = fc.record({
  steps: fc.array(anyStep, { minLength: 1, maxLength: 6 }),
  /** How many batches are taken back before it. */
  cut: fc.constantFrom(0, 0, 0, 1, 3),
});

const PRINCIPALS = ["User:alice", "User:a/b"];

/** What is remembered: when each answer expires, by principal and key. */
type Model = ReadonlyMap<string, number>;

function toRecord(step: Step): NewRecord {
  if (step.kind === "forget") return forget(step.through, step.max);
  return answer(`k${step.key}`, step.due, PRINCIPALS[step.who]);
}

function afterStep(model: Model, step: Step): Model {
  const next = new Map(model);
  if (step.kind === "remember") return next.set(`${step.who} ${step.key}`, step.due);
  const due = [...model].filter(([, dueMs]) => dueMs <= step.through);
  // Of those that expire together some may go first: by what their keys are escaped to.
  const order = (name: string) => (name.startsWith("0") ? "User%3Aalice" : "User%3Aa%2Fb");
  due.sort(([a, aMs], [b, bMs]) => {
    if (aMs !== bMs) return aMs - bMs;
    const [left, right] = [`${order(a)}/${a}`, `${order(b)}/${b}`];
    return left < right ? -1 : 1;
  });
  for (const [name] of due.slice(0, step.max)) next.delete(name);
  return next;
}

/** How many answers each principal has. */
function countsIn(model: Model): number[] {
  const whose = (who: number) => [...model.keys()].filter((name) => name.startsWith(`${who} `));
  return PRINCIPALS.map((_, who) => whose(who).length);
}

function shown(under: StateUnderTest) {
  const view = under.view();
  const model = new Map<string, number>();
  for (const [who, principal] of PRINCIPALS.entries()) {
    for (let key = 0; key <= 4; key++) {
      const found = view.rememberedAnswer(principal, `k${key}`);
      if (found !== null) model.set(`${who} ${key}`, found.expirationTimestampMs);
    }
  }
  const counts = PRINCIPALS.map((principal) => view.rememberedAnswerCountOf(principal));
  return {
    model,
    count: view.rememberedAnswerCount(),
    counts,
    firstDueMs: view.firstAnswerDueMs(),
  };
}

test("whatever is remembered, replaced, forgotten and truncated, a plain map has the same and as many", () => {
  fc.assert(
    fc.property(fc.array(anyBatch, { minLength: 1, maxLength: 20 }), (batches) => {
      const under = new StateUnderTest();
      /** By batch: where the log ended before it, and what was remembered. */
      const history: { readonly endOffset: number; readonly model: Model }[] = [];
      let model: Model = new Map();
      for (const { steps, cut } of batches) {
        for (let i = 0; i < cut && history.length > 0; i++) {
          const before = history.pop();
          under.endOffset = before?.endOffset ?? 0;
          model = before?.model ?? new Map();
        }
        under.store.truncate(under.endOffset);
        history.push({ endOffset: under.endOffset, model });
        under.apply(...steps.map(toRecord));
        model = steps.reduce(afterStep, model);
        const firstDueMs = model.size === 0 ? null : Math.min(...model.values());
        const counts = countsIn(model);
        expect(shown(under)).toEqual({ model, count: model.size, counts, firstDueMs });
        const countRows = under.keys().filter((key) => key.startsWith("answers-of/"));
        expect(countRows).toHaveLength(counts.filter((count) => count > 0).length);
      }
    }),
    { numRuns: 400 },
  );
});
