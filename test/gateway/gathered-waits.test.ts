/** Reads that wait for the same thing: who goes with whom, and when who is told. */
import { beforeEach, expect, test } from "vitest";
import { GatheredWaits } from "../../workers/gathered-waits.ts";

interface Wait {
  readonly ms: number;
  readonly end: () => void;
}

let nowMs: number;
let waits: Wait[];
let kept: Promise<unknown>[];
let calls: {
  readonly texts: readonly string[];
  readonly call: PromiseWithResolvers<readonly string[]>;
}[];
let gathered: GatheredWaits;

beforeEach(() => {
  nowMs = 1000;
  waits = [];
  kept = [];
  calls = [];
  gathered = new GatheredWaits({
    nowMs: () => nowMs,
    keepAlive: (work) => kept.push(work),
    wait: (ms) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waits.push({ ms, end: resolve });
      return promise;
    },
    carry: (texts) => {
      const call = Promise.withResolvers<readonly string[]>();
      calls.push({ texts, call });
      return call.promise;
    },
  });
});

/** Lets everything run that waits for nothing. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function endWaits(): Promise<void> {
  for (const wait of waits.splice(0)) wait.end();
  await settled();
}

function read(asked: string, who: string): Promise<string> {
  return gathered.read({ asked, line: `${who} ${asked}` });
}

async function answer(index: number): Promise<void> {
  const { texts = [], call } = calls[index] ?? {};
  call?.resolve(texts.map((text) => `${text}!`));
  await settled();
}

/** Which of some reads have been answered, once everything has run that waits for nothing. */
async function answeredOf(reads: readonly Promise<string>[]): Promise<readonly number[]> {
  const answered: number[] = [];
  reads.forEach((one, index) => void one.then(() => answered.push(index)));
  await settled();
  return answered;
}

test("those that ask for the same within a moment go together, and each gets its own answer", async () => {
  const reads = [read("x", "a"), read("y", "b"), read("x", "c")];
  await settled();
  expect([calls, waits.map(({ ms }) => ms), kept.length]).toEqual([[], [1, 1], 2]);
  await endWaits();
  expect(calls.map(({ texts }) => texts)).toEqual([["a x", "c x"], ["b y"]]);
  // Whoever comes now is not in the calls that are under way.
  const late = read("x", "d");
  await answer(0);
  expect(await answeredOf(reads)).toEqual([0, 2]);
  expect([await reads[0], await reads[2]]).toEqual(["a x!", "c x!"]);
  await endWaits();
  expect(calls[2]?.texts).toEqual(["d x"]);
  await answer(2);
  await answer(1);
  expect([await late, await reads[1]]).toEqual(["d x!", "b y!"]);
});

test("at most 64 go together", async () => {
  const reads = Array.from({ length: 130 }, (_, index) => read("x", `r${index}`));
  await endWaits();
  expect(calls.map(({ texts }) => texts.length)).toEqual([64, 64, 2]);
  expect(kept).toHaveLength(3);
  for (const index of [0, 1, 2]) await answer(index);
  await endWaits();
  expect(await Promise.all(reads)).toEqual(reads.map((_, index) => `r${index} x!`));
});

test("not all are told at once: each group waits for those that have their answers already", async () => {
  const reads = Array.from({ length: 144 }, (_, index) => read("x", String(index)));
  await endWaits();
  for (const index of [0, 1, 2]) await answer(index);
  expect(await answeredOf(reads)).toHaveLength(64);
  expect(waits.map(({ ms }) => Math.round(ms))).toEqual([5, 11]);
  await endWaits();
  expect(await answeredOf(reads)).toHaveLength(144);
  // Nobody waits for those who were told long ago, nor for long when the clock was set back.
  const next = [read("y", "a"), read("z", "b")];
  await endWaits();
  nowMs += 13;
  await answer(3);
  expect(await answeredOf(next)).toEqual([0]);
  nowMs = 0;
  await answer(4);
  expect(waits.map(({ ms }) => ms)).toEqual([100]);
});

test("a call that fails fails its own reads and no others", async () => {
  const reads = Promise.allSettled([read("x", "a"), read("y", "b")]);
  await endWaits();
  calls[0]?.call.reject(new Error("lost"));
  await answer(1);
  expect(await reads).toEqual([
    { status: "rejected", reason: new Error("lost") },
    { status: "fulfilled", value: "b y!" },
  ]);
  await Promise.all(kept);
});

test("those for whom there was no room in the answer are asked for again", async () => {
  const reads = [read("x", "a"), read("x", "b")];
  await endWaits();
  calls[0]?.call.resolve(["a x!"]);
  await settled();
  expect(calls[1]?.texts).toEqual(["b x"]);
  await answer(1);
  await endWaits();
  expect(await Promise.all(reads)).toEqual(["a x!", "b x!"]);
});
