/** Histories of topics whose verdict is plain to see, and how a wrong one is explained. */

import { describe, expect, test } from "vitest";
import { isLinearizableByBruteForce } from "./brute-force.ts";
import { catalogueModel } from "./catalogue-model.ts";
import type { Verdict } from "./checker.ts";
import {
  created,
  deleted,
  grown,
  ineffective,
  lost,
  refused,
  seen,
  unseen,
} from "./topic-answers.ts";
import { checkTopicHistory, type TopicInput, type TopicOperation } from "./topic-model.ts";

const CREATE = { kind: "create", name: "t", partitions: 3 } as const satisfies TopicInput;
const DELETE = { kind: "delete", name: "t" } as const satisfies TopicInput;
const GROW = { kind: "grow", name: "t", count: 5 } as const satisfies TopicInput;

const A3 = { name: "t", topicId: "A", partitions: 3 };
const A5 = { name: "t", topicId: "A", partitions: 5 };
const B3 = { name: "t", topicId: "B", partitions: 3 };

function verdictOf(...operations: TopicOperation[]): Verdict {
  const { verdict } = checkTopicHistory(operations);
  const isLinearizable = isLinearizableByBruteForce(catalogueModel(operations), operations);
  expect(verdict, "the brute force agrees").toBe(
    isLinearizable ? "linearizable" : "not-linearizable",
  );
  return verdict;
}

describe("what a topic answers in each state", () => {
  test("an absent topic is created, and refuses all else", () => {
    expect(
      verdictOf(
        refused(DELETE, "UNKNOWN_TOPIC_OR_PARTITION", [0, 1]),
        refused(GROW, "UNKNOWN_TOPIC_OR_PARTITION", [2, 3]),
        unseen("t", [4, 5]),
        created(A3, [6, 7]),
      ),
    ).toBe("linearizable");
    expect(verdictOf(refused(CREATE, "TOPIC_ALREADY_EXISTS", [0, 1]))).toBe("not-linearizable");
    expect(verdictOf(deleted("t", null, [0, 1]))).toBe("not-linearizable");
    expect(verdictOf(grown("t", 5, [0, 1]))).toBe("not-linearizable");
  });

  test("a present topic refuses to be created again, grows and is deleted", () => {
    expect(
      verdictOf(
        created(A3, [0, 1]),
        refused(CREATE, "TOPIC_ALREADY_EXISTS", [2, 3]),
        grown("t", 5, [4, 5]),
        seen(A5, [6, 7]),
        deleted("t", "A", [8, 9]),
        unseen("t", [10, 11]),
      ),
    ).toBe("linearizable");
    const present = created(A3, [0, 1]);
    expect(verdictOf(present, created(B3, [2, 3]))).toBe("not-linearizable");
    expect(verdictOf(present, unseen("t", [2, 3]))).toBe("not-linearizable");
    expect(verdictOf(present, refused(DELETE, "UNKNOWN_TOPIC_OR_PARTITION", [2, 3]))).toBe(
      "not-linearizable",
    );
  });

  test("a topic grows to more partitions only", () => {
    expect(
      verdictOf(created(A5, [0, 1]), refused(GROW, "INVALID_PARTITIONS", [2, 3]), seen(A5, [4, 5])),
    ).toBe("linearizable");
    expect(verdictOf(created(A5, [0, 1]), grown("t", 5, [2, 3]))).toBe("not-linearizable");
    expect(verdictOf(created(A3, [0, 1]), refused(GROW, "INVALID_PARTITIONS", [2, 3]))).toBe(
      "not-linearizable",
    );
  });

  test("a refusal that the state does not decide may come at any time and changes nothing", () => {
    expect(verdictOf(ineffective(CREATE, [0, 1]), unseen("t", [2, 3]))).toBe("linearizable");
    expect(verdictOf(ineffective(CREATE, [0, 1]), seen(A3, [2, 3]))).toBe("not-linearizable");
  });
});

describe("real time", () => {
  test("a description after a growth does not show fewer partitions", () => {
    expect(verdictOf(created(A3, [0, 1]), grown("t", 5, [2, 9]), seen(A3, [3, 4]))).toBe(
      "linearizable",
    );
    expect(verdictOf(created(A3, [0, 1]), grown("t", 5, [2, 3]), seen(A3, [4, 5]))).toBe(
      "not-linearizable",
    );
  });

  test("a description does not go back to before a growth that another has shown", () => {
    const growing = [created(A3, [0, 1]), grown("t", 5, [2, 9])];
    expect(verdictOf(...growing, seen(A5, [3, 4]), seen(A3, [5, 6]))).toBe("not-linearizable");
  });

  test("two concurrent creations cannot both be acknowledged without a deletion between", () => {
    expect(verdictOf(created(A3, [0, 9]), created(B3, [0, 9]))).toBe("not-linearizable");
    const between = deleted("t", null, [0, 9]);
    expect(verdictOf(created(A3, [0, 9]), created(B3, [0, 9]), between)).toBe("linearizable");
  });
});

describe("topic ids", () => {
  test("a new topic of the same name has an id of its own", () => {
    const again = [created(A3, [0, 1]), deleted("t", "A", [2, 3]), created(B3, [4, 5])];
    expect(verdictOf(...again, seen(B3, [6, 7]))).toBe("linearizable");
    expect(verdictOf(...again, seen(A3, [6, 7]))).toBe("not-linearizable");
  });

  test("a deletion names the topic that it deletes", () => {
    expect(verdictOf(created(A3, [0, 1]), deleted("t", "B", [2, 3]), lost(CREATE, 0))).toBe(
      "not-linearizable",
    );
  });

  test("two creations with one id are reported, whatever else the history says", () => {
    const history = [
      created(A3, [0, 1]),
      deleted("t", "A", [2, 3]),
      created(A3, [4, 5]),
      created({ ...A3, name: "u" }, [4, 5]),
    ];
    expect(verdictOf(...history)).toBe("not-linearizable");
    expect(checkTopicHistory(history).explanation).toBe(
      "Topic id A was given to 3 creations: t, t, u\nTopic id A was seen as t and as u",
    );
  });

  test("an id that nobody created is reported", () => {
    const history = [lost(CREATE, 0), seen(A3, [1, 2]), deleted("t", "B", [3, 4])];
    expect(verdictOf(...history)).toBe("not-linearizable");
    expect(checkTopicHistory(history).explanation).toBe(
      "Topic t was seen with ids that no acknowledged creation returned (A, B), " +
        "and 1 of its creations have an unknown outcome",
    );
  });
});

describe("requests of unknown outcome", () => {
  test("a creation may show up late, with an id that descriptions agree on", () => {
    expect(
      verdictOf(lost(CREATE, 0), unseen("t", [1, 2]), seen(A3, [3, 4]), seen(A3, [5, 6])),
    ).toBe("linearizable");
    const other = lost({ kind: "create", name: "t", partitions: 3 }, 0);
    expect(verdictOf(lost(CREATE, 0), other, seen(A3, [3, 4]), seen(B3, [5, 6]))).toBe(
      "not-linearizable",
    );
  });

  test("of two descriptions at the same time, the one that was invoked later may be the first", () => {
    const created = [lost(CREATE, 0), lost(CREATE, 0)];
    expect(
      verdictOf(...created, seen(A3, [0, 9]), seen(B3, [1, 2]), deleted("t", null, [3, 4])),
    ).toBe("linearizable");
  });

  test("a creation explains a topic that somebody else then deletes", () => {
    expect(verdictOf(lost(CREATE, 0), deleted("t", "A", [1, 2]), unseen("t", [3, 4]))).toBe(
      "linearizable",
    );
    expect(verdictOf(lost(CREATE, 0), deleted("t", "A", [1, 2]), seen(A3, [3, 4]))).toBe(
      "not-linearizable",
    );
  });

  test("a creation does not bring back the id of a deleted topic", () => {
    const gone = [created(A3, [0, 1]), deleted("t", null, [2, 3]), lost(CREATE, 4)];
    expect(verdictOf(...gone, seen(B3, [5, 6]))).toBe("linearizable");
    expect(verdictOf(...gone, seen(A3, [5, 6]))).toBe("not-linearizable");
  });

  test("two creations do not bring the same id", () => {
    const twice = [lost(CREATE, 0), seen(A3, [1, 2]), deleted("t", null, [3, 4]), lost(CREATE, 5)];
    expect(verdictOf(...twice, seen(B3, [6, 7]))).toBe("linearizable");
    expect(verdictOf(...twice, seen(A3, [6, 7]))).toBe("not-linearizable");
  });

  test("a deletion may come late, or never", () => {
    const present = [created(A3, [0, 1]), lost(DELETE, 2), seen(A3, [3, 4])];
    expect(verdictOf(...present, seen(A3, [5, 6]))).toBe("linearizable");
    expect(verdictOf(...present, unseen("t", [5, 6]))).toBe("linearizable");
    expect(verdictOf(...present, unseen("t", [5, 6]), seen(A3, [7, 8]))).toBe("not-linearizable");
  });

  test("a growth may come late, but not to a number that nobody asked for", () => {
    const present = [created(A3, [0, 1]), lost(GROW, 2), seen(A3, [3, 4])];
    expect(verdictOf(...present, seen(A5, [5, 6]))).toBe("linearizable");
    expect(verdictOf(...present, seen({ ...A3, partitions: 4 }, [5, 6]))).toBe("not-linearizable");
  });
});

describe("a history of several names", () => {
  const u = { name: "u", topicId: "U", partitions: 1 };

  test("is linearizable if each name is, and is counted", () => {
    expect(checkTopicHistory([created(A3, [0, 1]), created(u, [0, 1]), seen(u, [2, 3])])).toEqual({
      verdict: "linearizable",
      explanation: null,
      operations: 3,
      keys: 2,
    });
  });

  test("is explained by the end of the order that was found for the wrong name", () => {
    const history = [
      created(u, [0, 1]),
      created(A3, [0, 9]),
      seen(A3, [1, 2]),
      unseen("t", [3, 4]),
    ];
    expect(checkTopicHistory(history)).toEqual({
      verdict: "not-linearizable",
      explanation: [
        "Topic t is not linearizable: 2 operations fit an order, which leaves A with 3, " +
          "and none of 1 can be the next",
        "1  client 0  [----]  create t with 3 -> created A",
        "2  client 0   []     describe t -> A with 3",
        "!  client 0     []   describe t -> no topic",
      ].join("\n"),
      operations: 4,
      keys: 2,
    });
  });

  test("is explained by what is seen later of a topic that cannot go before", () => {
    const history = [created(A3, [0, 1]), deleted("t", "A", [2, 3]), seen(A3, [4, 5])];
    expect(checkTopicHistory(history).explanation?.split("\n")).toEqual([
      "Topic t is not linearizable: 1 operations fit an order, which leaves A with 3, " +
        "and none of 1 can be the next",
      "    1  client 0  []      create t with 3 -> created A",
      "    !  client 0    []    delete t -> deleted A",
      "later  client 0      []  describe t -> A with 3",
    ]);
  });

  test("is explained by no more than 12 operations that fit and 5 that are to come", () => {
    const history = [created(A3, [0, 1])];
    for (let time = 2; time < 42; time += 2) history.push(seen(A3, [time, time + 1]));
    history.push(deleted("t", "A", [42, 43]));
    for (let time = 44; time < 84; time += 2) history.push(seen(A3, [time, time + 1]));
    const notes = checkTopicHistory(history).explanation?.split("\n").slice(1);
    expect(notes?.map((line) => line.slice(0, 5).trim())).toEqual([
      ...["10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21"],
      "!",
      ...["later", "later", "later", "later", "later"],
    ]);
  });

  test("is undecided only if no name is wrong", () => {
    const tangled = [created(A3, [0, 9]), created(B3, [0, 9]), deleted("t", null, [0, 9])];
    expect(checkTopicHistory(tangled, 1)).toMatchObject({
      verdict: "undecided",
      explanation: expect.stringMatching(/^Topic t could not be decided: 0 operations fit/),
    });
    const wrong = grown("u", 5, [0, 1]);
    expect(checkTopicHistory([...tangled, wrong], 1).verdict).toBe("not-linearizable");
    expect(checkTopicHistory([wrong, ...tangled], 1).verdict).toBe("not-linearizable");
    expect(checkTopicHistory(tangled).verdict).toBe("linearizable");
  });
});
