/** What was acknowledged must have been made, what was tried must not, and the end must be what the log says. */

import { beforeEach, describe, expect, test } from "vitest";
import type { NewRecord } from "../../../src/protocol/metadata-record.ts";
import { configKey, movingKey, placesKey } from "../setting.ts";
import { broken, committed, finalWorld, record, TOPIC_A } from "./histories.ts";
import { Settings } from "./settings.ts";

const KEY = configKey(2, "orders", "segment.ms");

let invariant: Settings;

beforeEach(() => {
  invariant = new Settings();
  commit(0, config("5"));
});

function commit(baseOffset: number, ...records: readonly NewRecord[]): void {
  const lastOffset = baseOffset + records.length - 1;
  invariant.onCommitted(committed(records, { baseOffset, lastOffset }));
}

function config(value: string | null): NewRecord {
  return record("config", { resourceType: 2, resourceName: "orders", name: "segment.ms", value });
}

function answer(value: string | null, sinceOffset: number, committedEndOffset: number): void {
  invariant.onSettingAnswered({ key: KEY, value, sinceOffset }, committedEndOffset);
}

describe("an acknowledged change", () => {
  test("is accepted that was made since it was asked for, and overwritten", () => {
    commit(1, config("6"));
    commit(2, config(null));
    answer("6", 1, 3);
    answer(null, 1, 3);
  });

  test("is accepted when it was so already", () => {
    answer("5", 1, 1);
  });

  test("is found that was never made", () => {
    expect(broken(() => answer("6", 1, 1))).toEqual([
      "settings",
      `${KEY} = 6 is acknowledged, and it was something else from 1 to 1, 5 now`,
    ]);
  });

  test("is found that was only so before it was asked for", () => {
    commit(1, config("6"));
    commit(2, config("7"));
    expect(broken(() => answer("5", 2, 3))).toEqual([
      "settings",
      `${KEY} = 5 is acknowledged, and it was something else from 2 to 3, 7 now`,
    ]);
  });

  test("is found that was made only after the answer", () => {
    commit(1, config("6"));
    expect(broken(() => answer("6", 1, 1))[0]).toBe("settings");
  });

  test("is found that another record of the same batch undid", () => {
    commit(1, config("6"), config("7"));
    expect(broken(() => answer("6", 1, 3))[0]).toBe("settings");
  });
});

describe("what was only tried", () => {
  beforeEach(() => invariant.onTried({ key: KEY, value: "6" }));

  test("may be set to something else", () => {
    commit(1, config("7"));
  });

  test("is found in the log", () => {
    expect(broken(() => commit(1, config("6")))).toEqual([
      "settings",
      `${KEY} = 6 is in the log at 1 and was only to be tried`,
    ]);
  });
});

describe("replicas", () => {
  const key = placesKey("orders", 0);
  const at = { topicId: TOPIC_A, partitionId: 0 };
  const places = (value: string, since: number, end: number): void =>
    invariant.onSettingAnswered({ key, value, sinceOffset: since }, end);

  beforeEach(() => {
    commit(1, record("topic", { name: "orders", topicId: TOPIC_A }));
    commit(2, record("partition", { ...at, replicas: [1, 2] }));
  });

  test("begin with those that were asked for, the others behind them", () => {
    const moved = { replicas: [3, 1, 2], addingReplicas: [3], removingReplicas: [1, 2] };
    commit(3, record("partitionChange", { ...at, ...moved }));
    places("3", 3, 4);
    invariant.onSettingAnswered({ key: movingKey("orders", 0), value: "true", sinceOffset: 3 }, 4);
  });

  test("that nobody moved are found", () => {
    expect(broken(() => places("2", 3, 3))).toEqual([
      "settings",
      "places orders 0 = 2 is acknowledged, and it was something else from 3 to 3, 1,2 now",
    ]);
  });

  test("of a partition that was on the move may become others", () => {
    commit(3, record("partitionChange", { ...at, replicas: [3, 1, 2], addingReplicas: [3] }));
    places("2,3,1", 4, 4);
  });
});

describe("at the end", () => {
  test("every setting that is left and no other is accepted", () => {
    commit(1, record("clientQuota", { entity: [], key: "rate", value: 2.5 }));
    commit(2, config(null));
    invariant.onEnd(finalWorld({ settings: [{ key: "quota  rate", value: "2.5" }] }));
  });

  test.each([
    ["lost", [], `${KEY} is gone in the end, the log says 5`],
    ["another", [{ key: KEY, value: "6" }], `${KEY} is 6 in the end, the log says 5`],
    [
      "too many",
      [
        { key: KEY, value: "5" },
        { key: "feature x", value: "1" },
      ],
      "feature x is 1 in the end, the log says null",
    ],
  ])("a setting is found that is %s", (_, settings, fact) => {
    expect(broken(() => invariant.onEnd(finalWorld({ settings })))).toEqual(["settings", fact]);
  });
});
