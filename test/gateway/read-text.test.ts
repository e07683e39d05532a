import { expect, test } from "vitest";
import type { ApiReply, ApiRequest } from "../../src/controller/api.ts";
import {
  isLogAsText,
  isReadAsText,
  logToText,
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
  ) as readonly Read[];
  expect([first?.sender, second?.sender, own?.sender]).toEqual([READ.sender, other.sender, null]);
  expect(second?.read).toBe(first?.read);
  expect(own?.read).toBe(first?.read);
});

test("What is remembered of reads is bounded: after a million characters they are read anew", () => {
  const texts = new TextReads();
  const readNamed = (name: string) =>
    readAgain(texts, { ...READ, read: { ...READ.read, name } as Read["read"] }).read;
  const first = readNamed("first");
  expect(readNamed("first")).toBe(first);
  for (const letter of ["a", "b"]) readNamed(letter.repeat(600_000));
  const again = readNamed("first");
  expect(again).toEqual(first);
  expect(again).not.toBe(first);
});

function readAgain(texts: TextReads, read: Read): Read {
  return texts.reads(readToText(read))[0] as Read;
}

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

type Log = Extract<ApiRequest, { readonly kind: "log" }>;

const LOG: Log = {
  kind: "log",
  sender: { requestId: "r1", host: "192.0.2.1", credentials: null },
  form: "records",
  fromOffset: 2 ** 40,
  maxRecords: 500,
  maxWaitMs: 10_000,
  together: true,
  filter: { types: ["TOPIC_RECORD"], topic: "caf\u00e9 \n", brokerId: null },
};
const { filter: _, ...ALL_OF_LOG } = LOG;
const PART: Extract<ApiReply, { kind: "log" }> = {
  kind: "log",
  records: [
    {
      offset: 7,
      epoch: 1,
      timestampMs: 5,
      control: false,
      type: "TOPIC_RECORD",
      version: 0,
      data: { name: "a\nb" },
    },
  ],
  raw: new Uint8Array(0),
  nextOffset: 9,
  highWatermark: 9,
  epoch: 1,
};

test("A read of the log is the same after it was text, and says in the same words what others ask for too", () => {
  const credentials = { tokenId: "abcdefghijkl", secretHash: Uint8Array.of(0, 7, 128, 255) };
  const other: Log = { ...LOG, sender: { requestId: "r2", host: "::1", credentials } };
  const asked = [LOG, other, { ...LOG, sender: null }, { ...ALL_OF_LOG, fromOffset: 0 }];
  const texts = asked.map(logToText);
  expect(new TextReads().reads(readsToText(texts.map(({ line }) => line)))).toEqual(asked);
  expect(new Set(texts.map((text) => text.asked)).size).toBe(2);
  const twice = new TextReads().reads(
    readsToText([other, other].map((log) => logToText(log).line)),
  );
  expect(twice[1]?.sender?.credentials).toBe(twice[0]?.sender?.credentials);
});

test("Only a read of decoded records that says so goes with others", () => {
  expect(isLogAsText(LOG)).toBe(true);
  expect(isLogAsText({ ...LOG, together: false })).toBe(false);
  expect(isLogAsText({ ...LOG, form: "raw" })).toBe(false);
  expect(isLogAsText(READ)).toBe(false);
});

test("A part of the log goes over once for all who get it, and is one object for them", () => {
  const refused: ApiReply = { kind: "refused", error: "THROTTLING_QUOTA_EXCEEDED", message: "no" };
  const other = { ...PART, nextOffset: 8 };
  const sent = [PART, refused, PART, other, PART];
  const text = repliesToText(sent);
  expect(text.split("TOPIC_RECORD")).toHaveLength(1 + 2);
  const replies = new TextReplies();
  const got = textToReplies(text).map((each) => replies.reply(each));
  expect(got).toEqual(sent);
  expect(got[2]).toBe(got[0]);
  expect(got[4]).toBe(got[0]);
  // The next call as well, with the same text in it.
  expect(replies.reply(repliesToText([PART]))).toBe(got[0]);
});
