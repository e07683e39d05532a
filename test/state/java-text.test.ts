/** How Java reads and prints, checked against what Java 17 does. */

import { describe, expect, it } from "vitest";
import { isJavaPattern } from "../../src/state/java-pattern.ts";
import {
  doubleText,
  listItems,
  parseDouble,
  parseInteger,
  splitAtCommas,
  splitJava,
  trimJava,
} from "../../src/state/java-text.ts";

it("takes control characters for blanks, and nothing beyond ASCII", () => {
  expect(trimJava(" \t\u0000a b\u001f ")).toBe("a b");
  expect(trimJava("\u00a0a\u3000")).toBe("\u00a0a\u3000");
  expect(trimJava(" \n ")).toBe("");
});

it.each<readonly [string, string[]]>([
  ["a,b", ["a", "b"]],
  ["a,,", ["a"]],
  [",a", ["", "a"]],
  [",,", []],
  ["", [""]],
])("splits %j without what is empty at the end", (text, pieces) => {
  expect(splitJava(text, ",")).toEqual(pieces);
});

it.each<readonly [string, string[]]>([
  [" a , b\t,c ", ["a", "b", "c"]],
  ["a,", ["a", ""]],
  [" ", []],
])("reads the list %j", (text, items) => {
  expect(listItems(text)).toEqual(items);
});

describe("at once, however long the text is,", () => {
  const LONG = 30_000;

  it("a list with blanks that no comma follows", () => {
    const text = `a${" ".repeat(LONG)}b , c`;
    expect(within(() => splitAtCommas(text))).toEqual([text.slice(0, -4), "c"]);
  });

  it.each([
    ["9".repeat(LONG), Number.POSITIVE_INFINITY],
    [`${"9".repeat(LONG)}x`, null],
    [`0x${"9".repeat(LONG)}`, null],
    [`0x${"9".repeat(LONG)}p`, null],
  ])("a number %#", (text, value) => {
    expect(within(() => parseDouble(text))).toBe(value);
  });

  it.each(["[", "(", "{1", "\\Qa", "(a)\\1", "(?i"])("the pattern %j, again and again", (piece) => {
    expect(within(() => isJavaPattern(piece.repeat(LONG / piece.length)))).toBe(
      piece.startsWith("\\Q") || piece.startsWith("(a)"),
    );
  });

  /** Trying every way to divide the text would take seconds. */
  function within<T>(read: () => T): T {
    const beganMs = performance.now();
    const result = read();
    expect(performance.now() - beganMs).toBeLessThan(200);
    return result;
  }
});

describe("integers", () => {
  it.each<readonly [string, bigint | null]>([
    ["+5", 5n],
    ["-0", 0n],
    ["007", 7n],
    ["2147483647", 2147483647n],
    ["-2147483648", -2147483648n],
    ["2147483648", null],
    ["+", null],
    ["", null],
    ["1_0", null],
    [" 1", null],
  ])("%j", (text, value) => {
    expect(parseInteger(text, "INT")).toBe(value);
  });
});

describe("doubles", () => {
  it.each<readonly [string, number | null, string]>([
    ["1", 1, "1.0"],
    [" .5f ", 0.5, "0.5"],
    ["1.", 1, "1.0"],
    ["-0", -0, "-0.0"],
    ["1e7", 1e7, "1.0E7"],
    ["9999999", 9999999, "9999999.0"],
    ["0.001", 0.001, "0.001"],
    ["1.5E-4d", 0.00015, "1.5E-4"],
    ["NaN", Number.NaN, "NaN"],
    ["-Infinity", Number.NEGATIVE_INFINITY, "-Infinity"],
    ["0x1.8p1", 3, "3.0"],
    ["-0x.8P-1", -0.25, "-0.25"],
    ["0x10", null, ""],
    ["1e", null, ""],
    ["", null, ""],
    ["nan", null, ""],
  ])("%j", (text, value, shown) => {
    const read = parseDouble(text);
    expect(read).toBe(value);
    if (read !== null) expect(doubleText(read)).toBe(shown);
  });
});
