/** Which offsets of answers contradict the times of their operations. */

import { describe, expect, test } from "vitest";
import { checkOffsets, type OffsetOperation } from "./offsets.ts";

function at(
  offset: number,
  [invokedAt, returnedAt]: readonly [number, number],
  label: "write" | "read" = "write",
): OffsetOperation {
  return { client: 1, invokedAt, returnedAt, offset, isWrite: label === "write", label };
}

describe("offsets that agree with time", () => {
  test("of operations one after the other grow, and reads may repeat them", () => {
    const history = [at(3, [0, 1]), at(3, [2, 3], "read"), at(3, [4, 5], "read"), at(7, [6, 7])];
    expect(checkOffsets(history)).toEqual([]);
  });

  test("of concurrent operations may have any order", () => {
    expect(checkOffsets([at(7, [0, 5]), at(3, [1, 4])])).toEqual([]);
    expect(checkOffsets([at(7, [0, 5]), at(3, [5, 6], "read")])).toEqual([]);
  });

  test("of nothing are fine", () => {
    expect(checkOffsets([])).toEqual([]);
  });
});

describe("offsets that contradict time", () => {
  test("a read that is behind an earlier read is reported, in whatever order the history is", () => {
    expect(checkOffsets([at(6, [6, 7], "read"), at(7, [0, 5], "read")])).toEqual([
      "read of client 1 (6 to 7) at offset 6 was invoked after " +
        "read of client 1 (0 to 5) at offset 7 returned",
    ]);
  });

  test("a write that is behind an earlier read is reported", () => {
    expect(checkOffsets([at(7, [0, 5], "read"), at(6, [6, 7])])).toEqual([
      "write of client 1 (6 to 7) at offset 6 was invoked after " +
        "read of client 1 (0 to 5) at offset 7 returned",
    ]);
  });

  test("two writes at one offset are reported, also when they are concurrent", () => {
    const report =
      "Two writes are at 7: write of client 1 (0 to 5) at offset 7 and " +
      "write of client 1 (3 to 9) at offset 7";
    expect(checkOffsets([at(7, [0, 5]), at(7, [3, 9])])).toEqual([report]);
    expect(checkOffsets([at(7, [0, 5]), at(7, [6, 9])])).toHaveLength(1);
  });

  test("the operation furthest ahead is named, not the last one", () => {
    const history = [at(9, [0, 1]), at(10, [0, 3]), at(4, [2, 5]), at(5, [6, 7], "read")];
    expect(checkOffsets(history)).toEqual([
      "write of client 1 (2 to 5) at offset 4 was invoked after " +
        "write of client 1 (0 to 1) at offset 9 returned",
      "read of client 1 (6 to 7) at offset 5 was invoked after " +
        "write of client 1 (0 to 3) at offset 10 returned",
    ]);
  });
});
