/** The question who leads, between controllers. */

import { expect, test } from "vitest";
import { APIS, apiNameOf } from "../../src/protocol/apis.ts";
import {
  decodeLeaderAnswer,
  decodeLeaderQuestion,
  encodeLeaderAnswer,
  encodeLeaderQuestion,
  isLeaderQuestion,
} from "../../src/protocol/leader-question.ts";
import { encodeRequest } from "../../src/protocol/request-frame.ts";

const QUESTION = {
  leaderEpoch: 2 ** 31 - 1,
  leaderId: 3,
  voterDirectoryId: "gsFJBQJ4SU6Q3TuzknC-FA",
};

test("a question and its answer read as they were written", () => {
  const bytes = encodeLeaderQuestion(QUESTION);
  expect(bytes).toHaveLength(26);
  expect(decodeLeaderQuestion(bytes)).toEqual(QUESTION);
  const answer = { leaderEpoch: 7, leaderId: -1 };
  expect(encodeLeaderAnswer(answer)).toHaveLength(8);
  expect(decodeLeaderAnswer(encodeLeaderAnswer(answer))).toEqual(answer);
});

test("no request of Kafka's reads as a question, and no question as a request of Kafka's", () => {
  const bytes = encodeLeaderQuestion(QUESTION);
  expect(isLeaderQuestion(bytes)).toBe(true);
  expect(Object.values(APIS).every(({ key }) => key >= 0)).toBe(true);
  expect(apiNameOf(new DataView(bytes.buffer).getInt16(0))).toBeNull();
  const fetch = { api: "fetch", version: 18, correlationId: 1, clientId: "", body: {} } as const;
  expect(isLeaderQuestion(encodeRequest(fetch))).toBe(false);
});

test("bytes that are too few or too many are refused", () => {
  const bytes = encodeLeaderQuestion(QUESTION);
  expect(() => decodeLeaderQuestion(bytes.subarray(1))).toThrow("25 bytes where a message has 26");
  expect(() => decodeLeaderAnswer(bytes)).toThrow("26 bytes where a message has 8");
});
