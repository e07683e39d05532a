/** Runs can be repeated: the generator depends on its seed alone and draws evenly. */

import { expect, test } from "vitest";
import { AssertionError } from "../../src/base/assert.ts";
import { Prng } from "../../src/base/prng.ts";

const draws = (prng: Prng) => Array.from({ length: 50 }, () => prng.next());

test("the same seed gives the same numbers, another seed gives others", () => {
  expect(draws(Prng.fromNumber(7))).toEqual(draws(Prng.fromNumber(7)));
  expect(draws(Prng.fromNumber(7))).not.toEqual(draws(Prng.fromNumber(8)));
  expect(draws(Prng.fromNumber(7))).not.toEqual(draws(Prng.fromNumber(7 + 2 ** 32)));
});

test("a seed of zeros does not get stuck", () => {
  expect(new Set(draws(new Prng(new Uint8Array(16)))).size).toBe(50);
  expect(() => new Prng(new Uint8Array(8))).toThrow(AssertionError);
});

test("draws below a bound are in range and even", () => {
  const prng = Prng.fromNumber(1);
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 12_000; i++) {
    const drawn = prng.below(6);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  expect(counts.reduce((a, b) => a + b)).toBe(12_000);
  // Six standard deviations of a fair die.
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(245);
  expect(() => prng.below(0)).toThrow(AssertionError);
});

test("a shuffle keeps every item and reaches every order", () => {
  const prng = Prng.fromNumber(2);
  const orders = new Set<string>();
  for (let i = 0; i < 300; i++) {
    const items = ["a", "b", "c", "d"];
    prng.shuffle(items);
    orders.add(items.join(""));
    expect(items.sort().join("")).toBe("abcd");
  }
  expect(orders.size).toBe(24);
});
