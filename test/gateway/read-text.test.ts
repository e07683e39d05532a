import { expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import {
  isReadAsText,
  readsToText,
  readToText,
  repliesToText,
  TextReads,
  TextReplies,
  textToReplies,
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
])(
  "A read %s is the same after it was text, but that it does not wait for an offset",
  (_, read) => {
    expect(new TextReads().reads(readToText(read))).toEqual([{ ...read, waits: false }]);
  },
);

test("Reads that go together come out in their order", () => {
  const reads = [READ, { ...READ, sender: null }, READ].map((read) => ({ ...read, waits: false }));
  expect(new TextReads().reads(readsToText(reads.map(readToText)))).toEqual(reads);
});

test("What is asked for in the same words is the same object, whoever asks", () => {
  const texts = new TextReads();
  const other: Read = { ...READ, sender: { requestId: "r9", host: "::1", credentials: null } };
  const [first, second, own] = texts.reads(
    readsToText([READ, other, { ...READ, sender: null }].map(readToText)),
  );
  expect([first?.sender, second?.sender, own?.sender]).toEqual([READ.sender, other.sender, null]);
  expect(second?.read).toBe(first?.read);
  expect(own?.read).toBe(first?.read);
});

test("What is remembered of reads is bounded: after a million characters they are read anew", () => {
  const texts = new TextReads();
  const readNamed = (name: string) =>
    texts.reads(readToText({ ...READ, read: { ...READ.read, name } as Read["read"] }))[0]?.read;
  const first = readNamed("first");
  expect(readNamed("first")).toBe(first);
  for (const letter of ["a", "b"]) readNamed(letter.repeat(600_000));
  const again = readNamed("first");
  expect(again).toEqual(first);
  expect(again).not.toBe(first);
});

/** What a reply is after it was text. */
function carried(replies: TextReplies, reply: ApiReply): ApiReply {
  return replies.reply(repliesToText([reply]));
}

const RESULT: Extract<ApiReply, { kind: "result" }> = {
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
  expect(carried(new TextReplies(), reply)).toEqual(reply);
});

test("The same result at another offset is the same object, another result is not", () => {
  const replies = new TextReplies();
  const resultOf = (reply: ApiReply): unknown => {
    const read = carried(replies, reply);
    return read.kind === "result" ? read.result : null;
  };
  const first = resultOf(RESULT);
  expect(resultOf({ ...RESULT, offset: 9 })).toBe(first);
  const other = { ...RESULT, result: { ...RESULT.result, etag: "other" } } as ApiReply;
  expect(resultOf(other)).toMatchObject({ etag: "other" });
});

test("Replies that go together come out in their order, and a result goes over once for each offset", () => {
  const other: ApiReply = { ...RESULT, result: { ...RESULT.result } };
  const refused: ApiReply = { kind: "refused", error: "REQUEST_TIMED_OUT", message: "no\nanswer" };
  const later = { ...RESULT, offset: RESULT.offset + 1 };
  const sent = [RESULT, refused, RESULT, other, later, RESULT];
  const text = repliesToText(sent);
  expect(text.split('"what":"topic"')).toHaveLength(1 + 4);
  const replies = new TextReplies();
  expect(textToReplies(text).map((each) => replies.reply(each))).toEqual(sent);
});

test("Replies for which there is no room are left out, but for the first", () => {
  const other: ApiReply = { ...RESULT, result: { ...RESULT.result } };
  const sent = [RESULT, RESULT, other];
  const whole = repliesToText(sent);
  expect(repliesToText(sent, whole.length + 1)).toBe(whole);
  const replies = new TextReplies();
  const cut = textToReplies(repliesToText(sent, whole.length));
  expect(cut.map((each) => replies.reply(each))).toEqual([RESULT, RESULT]);
  expect(textToReplies(repliesToText(sent, 1)).map((each) => replies.reply(each))).toEqual([
    RESULT,
  ]);
});

test("What is remembered of results is bounded: after a million characters they are read anew", () => {
  const replies = new TextReplies();
  const topicNamed = (name: string): ApiReply =>
    ({ ...RESULT, result: { ...RESULT.result, topic: { name } } }) as ApiReply;
  const first = carried(replies, RESULT);
  for (const letter of ["a", "b"]) carried(replies, topicNamed(letter.repeat(600_000)));
  const again = carried(replies, RESULT);
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
