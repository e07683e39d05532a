/** What is cut, clogged and mended on the links between controllers. */

import { beforeEach, expect, test } from "vitest";
import { Prng } from "../../src/base/prng.ts";
import { Network } from "./network.ts";
import type { Rates, Speeds } from "./plan.ts";

const RATES: Rates = {
  loss: 1000,
  duplicate: 500,
  appliedButFailed: 0,
  reset: 1000,
  crashAfterTransaction: 1000,
  crashBetweenSends: 1000,
  splitBytes: 1000,
  crashAfterRevocation: 1000,
};
/** Every message takes exactly five milliseconds. */
const STEADY: Speeds = {
  delayMs: 5,
  spreadMs: 0,
  tailPerMille: 0,
  tailMs: 1000,
  syncMs: 0,
  busyMs: 0,
};

let network: Network;

beforeEach(() => {
  network = networkWith(STEADY);
});

function networkWith(speeds: Speeds): Network {
  return new Network(Prng.fromNumber(1), RATES, speeds);
}

test("a cut is of one direction, says how, and ends when it is mended", () => {
  network.cut(1, 2, "dead");
  network.cut(3, 1, "refusing");
  expect(network.cutBetween(1, 2)).toBe("dead");
  expect(network.cutBetween(2, 1)).toBe(null);
  expect(network.cutBetween(3, 1)).toBe("refusing");
  network.mend(1, 2, "dead");
  expect(network.cutBetween(1, 2)).toBe(null);
  expect(network.cutBetween(3, 1)).toBe("refusing");
});

test("a link that is cut twice stays cut until both cuts are mended, whichever goes first", () => {
  network.cut(1, 2, "dead");
  network.cut(1, 2, "refusing");
  expect(network.cutBetween(1, 2)).toBe("refusing");
  network.mend(1, 2, "dead");
  expect(network.cutBetween(1, 2)).toBe("refusing");
  network.mend(1, 2, "refusing");
  expect(network.cutBetween(1, 2)).toBe(null);
});

test("nobody is cut off from itself", () => {
  network.cut(2, 2, "dead");
  expect(network.cutBetween(2, 2)).toBe(null);
});

test("a clog delays one direction until it is taken away", () => {
  network.clog(1, 2, 700);
  expect(network.delayMs(1, 2)).toBe(705);
  expect(network.delayMs(2, 1)).toBe(5);
  network.unclog(1, 2);
  expect(network.delayMs(1, 2)).toBe(5);
});

test("healing leaves no cut, no clog and no chance of a fault", () => {
  network.cut(1, 2, "dead");
  network.clog(2, 3, 700);
  network.heal();
  expect(network.cutBetween(1, 2)).toBe(null);
  expect(network.delayMs(2, 3)).toBe(5);
  for (const rate of Object.keys(RATES)) expect(network.strikes(rate as keyof Rates)).toBe(false);
});

test("a rate of 1000 strikes always, of 0 never and of 500 about half of the time", () => {
  const strikes = (what: keyof Rates) =>
    Array.from({ length: 1000 }, () => network.strikes(what)).filter(Boolean).length;
  expect(strikes("loss")).toBe(1000);
  expect(strikes("appliedButFailed")).toBe(0);
  expect(strikes("duplicate")).toBeGreaterThan(400);
  expect(strikes("duplicate")).toBeLessThan(600);
});

test("delays lie within their spread, and only a tail goes beyond", () => {
  const delays = (speeds: Partial<Speeds>) => {
    const drawing = networkWith({ ...STEADY, spreadMs: 10, ...speeds });
    return Array.from({ length: 2000 }, () => drawing.delayMs(1, 2));
  };
  const plain = delays({});
  expect(Math.min(...plain)).toBeGreaterThanOrEqual(5);
  expect(Math.max(...plain)).toBeLessThan(15);
  expect(new Set(plain).size).toBeGreaterThan(500);
  const tailed = delays({ tailPerMille: 100 });
  expect(tailed.filter((delayMs) => delayMs >= 15).length).toBeGreaterThan(100);
  expect(tailed.filter((delayMs) => delayMs >= 15).length).toBeLessThan(300);
  expect(Math.max(...tailed)).toBeLessThan(15 + 1000);
});
