/** The list of topics that were created together: it is what was added to it, at every offset. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { RowKeys } from "../../src/state/row-key.ts";
import {
  firstPagesRow,
  lastOffsetOf,
  listAt,
  offsetBytes,
  topicIdsIn,
  withoutTopic,
  withTopic,
} from "../../src/state/rows/first-pages.ts";

const TOPICS = ["-", "0", "A", "_", "z"].map((letter) => `AAAAAAB${letter.repeat(14)}A`);
const KEY = RowKeys.brokerFirstPages(7, TOPICS[0] ?? "");
const OFFSETS = [0, 1, 255, 256, 65_536, 2 ** 32, 2 ** 47 - 1];

it("says which topics were added and not taken out again, in the order of their ids, at every offset", () => {
  fc.assert(
    fc.property(
      fc.subarray(OFFSETS),
      fc.infiniteStream(fc.constantFrom(...TOPICS)),
      (at, topics) => {
        const added = new Map<string, number>();
        let list: Uint8Array | null = null;
        for (const offset of at) {
          const topicId = topics.next().value ?? "";
          if (list !== null && added.delete(topicId)) {
            list = withoutTopic(list, topicId);
            expect(list === null).toBe(added.size === 0);
          } else {
            list = withTopic(list, topicId, offset);
            added.set(topicId, offset);
          }
          if (list === null) continue;
          expect(topicIdsIn(firstPagesRow.decode(firstPagesRow.encode(list)), KEY)).toEqual(
            [...added.keys()].sort(),
          );
          expect(lastOffsetOf(list)).toBe(Math.max(...added.values()));
          for (const then of OFFSETS) {
            const before = [...added].filter(([, since]) => since <= then).map(([id]) => id);
            expect(topicIdsIn(listAt(list, then), KEY)).toEqual(before.sort());
          }
        }
      },
    ),
  );
});

it("stops the object when it is to forget a topic that is not in it", () => {
  const [a = "", b = ""] = TOPICS;
  expect(() => withoutTopic(withTopic(null, a, 5), b)).toThrow(
    `Cannot take ${b} out of a list of first pages: it is not there`,
  );
});

it("ends with an offset that is in the order of numbers when it is compared as bytes", () => {
  const texts = OFFSETS.map((offset) => Buffer.from(offsetBytes(offset)).toString("hex"));
  expect(texts.toSorted()).toEqual(texts);
});
