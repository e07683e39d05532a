/** Histories of a register whose verdict is plain to see, checked and tried by brute force. */

import { describe, expect, test } from "vitest";
import { isLinearizableByBruteForce } from "./brute-force.ts";
import { checkLinearizable, type Verdict } from "./checker.ts";
import { added, lost, REGISTER, type RegisterOperation, read, wrote } from "./register-model.ts";
import { renderDeadEnd } from "./timeline.ts";

function verdictOf(...operations: RegisterOperation[]): Verdict {
  const { verdict } = checkLinearizable(REGISTER, operations);
  const isLinearizable = isLinearizableByBruteForce(REGISTER, operations);
  expect(verdict, "the brute force agrees").toBe(
    isLinearizable ? "linearizable" : "not-linearizable",
  );
  return verdict;
}

describe("operations one after the other", () => {
  test("a history of nothing is linearizable", () => {
    expect(verdictOf()).toBe("linearizable");
  });

  test("a read returns the last write", () => {
    expect(verdictOf(wrote(1, 0, 1), wrote(2, 2, 3), read(2, 4, 5))).toBe("linearizable");
  });

  test("a stale read is not linearizable", () => {
    expect(verdictOf(wrote(1, 0, 1), wrote(2, 2, 3), read(1, 4, 5))).toBe("not-linearizable");
  });

  test("an acknowledged write that is lost is not linearizable", () => {
    expect(verdictOf(wrote(1, 0, 1), read(0, 2, 3))).toBe("not-linearizable");
  });

  test("an addition that took effect twice is not linearizable", () => {
    expect(verdictOf(added(1, 0, 1), read(2, 2, 3))).toBe("not-linearizable");
  });

  test("a value that nobody wrote is not linearizable", () => {
    expect(verdictOf(read(7, 0, 1), wrote(1, 2, 3))).toBe("not-linearizable");
  });

  test("a read cannot see a write that was invoked after it returned", () => {
    expect(verdictOf(read(1, 0, 1), wrote(1, 2, 3))).toBe("not-linearizable");
  });
});

describe("concurrent operations", () => {
  test("a read during a write returns the value before it or after it", () => {
    expect(verdictOf(wrote(1, 0, 9), read(0, 1, 2))).toBe("linearizable");
    expect(verdictOf(wrote(1, 0, 9), read(1, 1, 2))).toBe("linearizable");
    expect(verdictOf(wrote(1, 0, 9), read(2, 1, 2))).toBe("not-linearizable");
  });

  test("a later read does not go back to the value before the write", () => {
    expect(verdictOf(wrote(1, 0, 9), read(0, 1, 2), read(1, 3, 4))).toBe("linearizable");
    expect(verdictOf(wrote(1, 0, 9), read(1, 1, 2), read(0, 3, 4))).toBe("not-linearizable");
  });

  test("a call at the time of a return is concurrent with it, and one after it is not", () => {
    expect(verdictOf(wrote(1, 0, 5), read(0, 5, 6))).toBe("linearizable");
    expect(verdictOf(wrote(1, 0, 5), read(0, 6, 7))).toBe("not-linearizable");
  });

  test("two writes have one order, which all reads agree on", () => {
    const writes = [wrote(1, 0, 9), wrote(2, 0, 9)];
    expect(verdictOf(...writes, read(1, 1, 2), read(2, 3, 4))).toBe("linearizable");
    expect(verdictOf(...writes, read(1, 1, 2), read(2, 3, 4), read(1, 5, 6))).toBe(
      "not-linearizable",
    );
  });

  test("two additions both count, whatever their order", () => {
    const additions = [added(1, 0, 9), added(2, 0, 9)];
    expect(verdictOf(...additions, read(2, 1, 2), read(3, 10, 11))).toBe("linearizable");
    expect(verdictOf(...additions, read(2, 10, 11))).toBe("not-linearizable");
  });
});

describe("operations of unknown outcome", () => {
  test("one may never take effect", () => {
    expect(verdictOf(lost(wrote(1, 0, 1)), read(0, 2, 3), read(0, 8, 9))).toBe("linearizable");
  });

  test("one may take effect long after its call, and stays", () => {
    const late = lost(wrote(1, 0, 1));
    expect(verdictOf(late, read(0, 2, 3), wrote(2, 4, 5), read(1, 6, 7))).toBe("linearizable");
    expect(verdictOf(late, read(1, 2, 3), read(0, 4, 5))).toBe("not-linearizable");
  });

  test("one takes effect no earlier than its call", () => {
    expect(verdictOf(read(1, 0, 1), lost(wrote(1, 2, 3)))).toBe("not-linearizable");
    expect(verdictOf(read(1, 0, 2), lost(wrote(1, 2, 3)))).toBe("linearizable");
  });

  test("one takes effect once", () => {
    const reads = [read(1, 2, 3), wrote(0, 4, 5), read(1, 6, 7)];
    expect(verdictOf(lost(added(1, 0, 1)), ...reads)).toBe("not-linearizable");
    expect(verdictOf(lost(added(1, 0, 1)), lost(added(1, 0, 1)), ...reads)).toBe("linearizable");
  });

  test("the second of two with the same input takes effect no earlier than its own call", () => {
    const additions = [lost(added(1, 0, 1)), lost(added(1, 5, 6))];
    expect(verdictOf(...additions, read(2, 5, 7))).toBe("linearizable");
    expect(verdictOf(...additions, read(2, 3, 4))).toBe("not-linearizable");
  });

  test("a history of nothing else is linearizable", () => {
    expect(verdictOf(lost(wrote(1, 0, 1)), lost(added(2, 0, 1)))).toBe("linearizable");
  });
});

describe("what a check returns", () => {
  const stale = [wrote(1, 0, 1), wrote(2, 2, 3), read(1, 4, 7), read(2, 5, 6)];

  test("an order, without the operations that never took effect", () => {
    const [one, two, three] = [wrote(1, 0, 9), read(1, 2, 3), lost(wrote(3, 1, 2))];
    const result = checkLinearizable(REGISTER, [two, three, one]);
    expect(result).toMatchObject({ verdict: "linearizable", order: [one, two] });
  });

  test("the longest order that was found, what it leaves, and the operations that do not fit", () => {
    const result = checkLinearizable(REGISTER, stale);
    expect(result).toMatchObject({
      verdict: "not-linearizable",
      deadEnd: { prefix: [stale[0], stale[1], stale[3]], state: 2, blocked: [stale[2]] },
    });
  });

  test("no verdict when the budget is used up", () => {
    expect(checkLinearizable(REGISTER, stale, 1)).toMatchObject({
      verdict: "undecided",
      visited: 1,
    });
  });

  test("an operation that returned before its call is a mistake of the recorder", () => {
    expect(() => checkLinearizable(REGISTER, [read(0, 2, 1)])).toThrow(
      "Cannot return at 1 from a call at 2",
    );
  });

  test("a dead end is drawn as a timeline", () => {
    const result = checkLinearizable(REGISTER, [...stale, lost(wrote(9, 6, 7))]);
    if (result.verdict === "linearizable") throw new Error("a stale read was accepted");
    const drawn = renderDeadEnd(
      result.deadEnd,
      [],
      ({ input, output }) => `${input.kind} ${input.kind === "read" ? output : input.value}`,
    );
    expect(drawn).toBe(
      [
        "1  client 1  []        write 1",
        "2  client 2    []      write 2",
        "!  client 0      [--]  read 1",
        "3  client 0       []   read 2",
      ].join("\n"),
    );
  });
});
