/** Which bodies say something twice. */
import "../support/property-seed.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { repeatedName } from "../../workers/gateway/repeated-name.ts";

test.each([
  ['{"a":1,"a":2}', "a"],
  ['{"a":1,"b":{"c":1,"c":1}}', "c"],
  ['[{"a":1},{"b":[{"x":{}, "x" : 1}]}]', "x"],
  ['{"a":1,"\\u0061":2}', "a"],
  ['{"":1,"":2}', ""],
  ['{"a\\"":1,"a\\"":2}', 'a"'],
  ['{"b":{"a":1},"b":2}', "b"],
  ['{"__proto__":1,"__proto__":2}', "__proto__"],
  ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', null],
  ['{"a":"a","b":"a:","c":"{\\"a\\":1,\\"a\\":2}"}', null],
  ['{"a":["a","a"],"b":["\\\\"],"c":"\\\\"}', null],
  ['"a"', null],
  ["1", null],
])("%s has %j twice", (json, name) => {
  expect(repeatedName(json)).toBe(name);
});

test("whatever is written without repetition has none, and one that is added is found", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (given) => {
      const json = JSON.stringify(given);
      expect(repeatedName(json)).toBe(null);
      const [name = ""] = Object.keys(given);
      expect(repeatedName(`${json.slice(0, -1)},${JSON.stringify(name)}:0}`)).toBe(name);
    }),
  );
});

test("strings and nesting of a megabyte are gone through like any others", () => {
  const long = '\\"'.repeat(500_000);
  expect(repeatedName(`{"${long}":1,"${long}":2}`)).toBe(JSON.parse(`"${long}"`));
  expect(repeatedName(`{"a":"${"x".repeat(1_000_000)}","a":1}`)).toBe("a");
  expect(repeatedName(`${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`)).toBe(null);
});
