/** The keys of rows: readable, ordered, and never ambiguous. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { escapeText, KeyRanges, RowKeys } from "../../src/state/row-key.ts";

it("writes keys that a person can read", () => {
  expect(RowKeys.broker(7)).toBe("broker/0000000007");
  expect(RowKeys.page("JacfVL0fQ7eUf0NhvcoUeA", 12)).toBe("page/JacfVL0fQ7eUf0NhvcoUeA/0000000012");
  expect(RowKeys.config(4, "", "min.insync.replicas")).toBe("config/4//min.insync.replicas");
  expect(RowKeys.topicForm("a.b_c")).toBe("topic-form/a_b_c/a.b_c");
  const alice = [
    { entityType: "user", entityName: "al/ice" },
    { entityType: "client-id", entityName: null },
  ];
  expect(RowKeys.clientQuota(alice, "producer_byte_rate")).toBe(
    "client-quota/client-id,user=al%2Fice/producer_byte_rate",
  );
});

it("escapes any text to printable ASCII without a slash, two texts never to the same", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      expect(escapeText(a)).toMatch(/^[a-zA-Z0-9._%-]*$/);
      expect(escapeText(a) === escapeText(b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
    }),
  );
});

it("keeps the rows of one name apart from those of a longer one", () => {
  const { start, end } = KeyRanges.configs(2, "foo");
  const within = (key: string) => key >= start && key < end;
  expect(within(RowKeys.config(2, "foo", "retention.ms"))).toBe(true);
  expect(within(RowKeys.config(2, "foo.bar", "retention.ms"))).toBe(false);
  expect(within(RowKeys.config(2, "foo-", "retention.ms"))).toBe(false);
  expect(within(RowKeys.config(2, "foo/x", "retention.ms"))).toBe(false);
  expect(within(RowKeys.config(20, "foo", "retention.ms"))).toBe(false);
});
