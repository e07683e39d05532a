import { expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import {
  isReadAsText,
  readToText,
  replyToText,
  TextReplies,
  textToRead,
} from "../../workers/read-text.ts";

type Read = Extract<ApiRequest, { readonly kind: "read" }>;

const READ: Read = {
  kind: "read",
  sender: { requestId: "r1", host: "192.0.2.1", credentials: null },
  read: { what: "topic", name: "caf\u00e9 \n\ud800", partitions: { from: 0, limit: 0 } },
  consistency: { kind: "committed" },
};

test.each<[string, Read]>([
  ["of somebody without a token", READ],
  ["of the gateway itself", { ...READ, sender: null }],
  [
    "with a token",
    {
      ...READ,
      sender: {
        requestId: "r2",
        host: "::1",
        credentials: { tokenId: "abcdefghijkl", secretHash: Uint8Array.of(0, 7, 128, 255) },
      },
    },
  ],
  [
    "at an offset",
    { ...READ, consistency: { kind: "min-offset", offset: 2 ** 40, anywhere: true } },
  ],
])("A read %s is the same after it was text", (_, read) => {
  expect(textToRead(readToText(read))).toEqual(read);
});

const RESULT: ApiReply = {
  kind: "result",
  offset: 2 ** 40,
  epoch: 12,
  result: {
    what: "topic",
    topic: { topicId: "id" as never, name: "a b", partitionCount: 3 },
    partitions: [],
    more: true,
    replicationFactor: 3,
    etag: "e t",
    authorizedOperations: -1,
  },
};

test.each<ApiReply>([
  RESULT,
  { ...RESULT, offset: -1, epoch: 0 },
  { kind: "not-controller", leaderId: -1, epoch: 3 },
  { kind: "not-formatted" },
  { kind: "throttled", retryAfterMs: 12.5 },
  { kind: "refused", error: "REQUEST_TIMED_OUT", message: "{ 1 2" },
])("The reply $kind is the same after it was text", (reply) => {
  expect(new TextReplies().reply(replyToText(reply))).toEqual(reply);
});

test("The same result at another offset is the same object, another result is not", () => {
  const replies = new TextReplies();
  const resultOf = (reply: ApiReply): unknown => {
    const read = replies.reply(replyToText(reply));
    return read.kind === "result" ? read.result : null;
  };
  const first = resultOf(RESULT);
  expect(resultOf({ ...RESULT, offset: 9 })).toBe(first);
  const other = { ...RESULT, result: { ...RESULT.result, etag: "other" } } as ApiReply;
  expect(resultOf(other)).toMatchObject({ etag: "other" });
});

test("What is remembered of results is bounded: after a million characters they are read anew", () => {
  const replies = new TextReplies();
  const topicNamed = (name: string): ApiReply =>
    ({ ...RESULT, result: { ...RESULT.result, topic: { name } } }) as ApiReply;
  const first = replies.reply(replyToText(RESULT));
  for (const letter of ["a", "b"]) replies.reply(replyToText(topicNamed(letter.repeat(600_000))));
  const again = replies.reply(replyToText(RESULT));
  expect(again).toEqual(first);
  expect("result" in again && "result" in first && again.result === first.result).toBe(false);
});

test("Changes and reads with bytes in them go as objects", () => {
  expect(isReadAsText(READ)).toBe(true);
  const page = { after: null, limit: 1 };
  expect(isReadAsText({ ...READ, read: { what: "delegation-tokens", owner: null, page } })).toBe(
    false,
  );
  expect(isReadAsText({ kind: "status" })).toBe(false);
});
