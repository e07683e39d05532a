/** What the benchmark's command line may say. */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkWritable } from "../../bench/json.ts";
import { readOptions } from "../../bench/options.ts";
import { FULL, SMOKE } from "../../bench/plan.ts";

const casesOf = (...names: string[]): string[] => readOptions(names).cases.map(({ id }) => id);

test("without cases all of them are measured, and as much as it takes", () => {
  expect(casesOf()).toEqual(["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"]);
  expect(readOptions([]).plan).toEqual(FULL);
  expect(readOptions(["--smoke"]).plan).toEqual(SMOKE);
});

test("cases are measured once and in the order of the table, because later ones use what earlier ones found", () => {
  expect(casesOf("P9", "p3", "P5", "P3")).toEqual(["P3", "P5", "P9"]);
});

test("a case that there is not is refused", () => {
  expect(() => casesOf("P10")).toThrow("There is no case P10: there are P1 to P9");
});

test.each(["0", "-1", "1.5", "many", ""])("%j rounds are refused", (rounds) => {
  const refused = `--rounds takes whole numbers above 0, not ${rounds}`;
  expect(() => readOptions([`--rounds=${rounds}`])).toThrow(refused);
});

test("sizes ascend and have room for the brokers of P5", () => {
  expect(readOptions(["--sizes", "1000,20000"]).plan.sizes).toEqual([1000, 20_000]);
  const allowed =
    "--sizes takes ascending numbers, the first at least 1000, the second at least 10000";
  for (const sizes of ["5", "20000,10000", "1000,2000", "1000,10000,10000"]) {
    expect(() => readOptions(["--sizes", sizes])).toThrow(`${allowed}, not ${sizes}`);
  }
  expect(() => readOptions(["--sizes", "1000,"])).toThrow("whole numbers above 0, not ");
});

test("where no JSON can be written is found out before anything is measured, and nothing is left there", () => {
  const folder = mkdtempSync(join(tmpdir(), "quorate-bench-json-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(() => checkWritable(folder)).toThrow(`Cannot write the JSON to ${folder}: EISDIR`);
  checkWritable(join(folder, "new", "run.json"));
  expect(readdirSync(join(folder, "new"))).toEqual([]);
});
