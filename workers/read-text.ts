/**
 * Reads that are asked often, as text: a call carries one text for less than it carries an object, and the same answer is
 * the same text, of which what was made before can be used again.
 */

import type { ApiReply, ApiRequest, MetadataRead } from "../src/controller/api.ts";
import type { ReadResult } from "../src/controller/read-result.ts";
import type { Credentials, Sender } from "../src/controller/sender.ts";

type TrueAt = Pick<Extract<ApiReply, { readonly kind: "result" }>, "offset" | "epoch">;
type Read = Extract<ApiRequest, { readonly kind: "read" }>;
type LogRead = Extract<ApiRequest, { readonly kind: "log" }>;
type LogReply = Extract<ApiReply, { readonly kind: "log" }>;

/** Their results are nothing that JSON would change. */
const AS_TEXT: ReadonlySet<MetadataRead["what"]> = new Set([
  "cluster",
  "broker",
  "brokers",
  "topic",
  "topics",
]);

/** JSON has none of its own. */
const LINE_END = "\n";
const SPACE = " ";
const SAME_AS = "=";
/** For what a sender has not shown; no token id is that short. */
const NONE = "-";
/** What a reply begins with that is no result, and a read that is nobody's. */
const OBJECT_START = "{";
/** What a reply begins with that is a part of the log. */
const LOG_START = "log ";
const NO_BYTES = new Uint8Array(0);

/** Whether a call may go as text. */
export function isReadAsText(request: ApiRequest): request is Read {
  return request.kind === "read" && AS_TEXT.has(request.read.what);
}

/** Whether it waits for the next records of the log with others. */
export function isLogAsText(request: ApiRequest): request is LogRead {
  return request.kind === "log" && request.form === "records" && request.together === true;
}

/**
 * A line: the request id, the host, the token id and the hash of the secret in decimals, then what is asked for as JSON,
 * with spaces between; `-` is nobody's. That of the gateway itself is JSON and nothing else.
 */
export function readToText({ sender, read, consistency }: Read): string {
  return lineFrom(sender, JSON.stringify({ read, consistency }));
}

/** The same for a read of the log; those that ask for the same say `asked` in the same words. */
export function logToText({ sender, kind: _, ...log }: LogRead): {
  readonly asked: string;
  readonly line: string;
} {
  const asked = JSON.stringify({ log });
  return { asked, line: lineFrom(sender, asked) };
}

function lineFrom(sender: Sender | null, asked: string): string {
  if (sender === null) return asked;
  const { requestId, host, credentials } = sender;
  if (credentials === null) return `${requestId} ${host} ${NONE} ${NONE} ${asked}`;
  return `${requestId} ${host} ${credentials.tokenId} ${credentials.secretHash.join()} ${asked}`;
}

/** What is asked for, whoever asks. */
type Asked =
  | Pick<Read, "read" | "consistency">
  | { readonly log: Omit<LogRead, "kind" | "sender"> };

/**
 * Takes reads from text. The same text of what is asked for, or of credentials, gives the same object again, which nobody
 * may change. None of the reads of metadata waits for an offset: all that came with it would.
 */
export class TextReads {
  readonly #asked = new KnownTexts((text) => JSON.parse(text) as Asked);
  readonly #credentials = new KnownTexts(credentialsOf);

  reads(text: string): readonly (Read | LogRead)[] {
    return text.split(LINE_END).map((line) => this.#read(line));
  }

  #read(line: string): Read | LogRead {
    if (line.startsWith(OBJECT_START)) return readOf(null, this.#asked.of(line));
    const hostStart = line.indexOf(SPACE) + 1;
    const tokenStart = line.indexOf(SPACE, hostStart) + 1;
    const askedStart = line.indexOf(SPACE, line.indexOf(SPACE, tokenStart) + 1) + 1;
    const sender: Sender = {
      requestId: line.slice(0, hostStart - 1),
      host: line.slice(hostStart, tokenStart - 1),
      credentials: this.#credentials.of(line.slice(tokenStart, askedStart - 1)),
    };
    return readOf(sender, this.#asked.of(line.slice(askedStart)));
  }
}

/** Of a token id and the hash of a secret. */
function credentialsOf(text: string): Credentials | null {
  const [tokenId = NONE, hash = ""] = text.split(SPACE);
  return tokenId === NONE
    ? null
    : { tokenId, secretHash: Uint8Array.from(hash.split(","), Number) };
}

function readOf(sender: Sender | null, asked: Asked): Read | LogRead {
  if ("log" in asked) return { kind: "log", sender, ...asked.log };
  const { read, consistency } = asked;
  const at = consistency === undefined ? {} : { consistency };
  return { kind: "read", sender, read, ...at, waits: false };
}

/** Whether a reply says that the controller lacks the offset, for which the same read by itself would wait. */
export function lacksOffset(reply: ApiReply, { consistency }: Read): boolean {
  if (reply.kind !== "behind" || consistency === undefined) return false;
  return consistency.kind !== "committed" && consistency.offset >= reply.endOffset;
}

/** Reads of one call, a line each. */
export function readsToText(reads: readonly string[]): string {
  return reads.join(LINE_END);
}

/** A call carries 32 MiB at most, and a character may take two bytes. */
const MAX_TEXT_CHARACTERS = 12_000_000;

/**
 * The replies to the reads of one call, a line each. A result is its offset, its epoch and JSON, with spaces between; where
 * it is that of a line before, the number of that line behind an equals sign. So is a part of the log, which begins with a
 * word of its own. Any other reply is JSON. Replies for which there is no room behind the first are left out: what they
 * answer is to be asked again.
 */
export function repliesToText(
  replies: readonly ApiReply[],
  maxCharacters = MAX_TEXT_CHARACTERS,
): string {
  const results = new Map<ReadResult | LogReply, Line>();
  const lines: string[] = [];
  let characters = 0;
  for (const [index, reply] of replies.entries()) {
    const line = lineOf(reply, index, results);
    characters += line.length + LINE_END.length;
    if (characters > maxCharacters && index > 0) break;
    lines.push(line);
  }
  return lines.join(LINE_END);
}

/** Where something was said, and what it was said to be true at. */
interface Line {
  readonly index: number;
  readonly at: TrueAt | null;
}

function lineOf(reply: ApiReply, index: number, results: Map<ReadResult | LogReply, Line>): string {
  if (reply.kind === "log") return logLineOf(reply, index, results);
  if (reply.kind !== "result") return JSON.stringify(reply);
  const same = results.get(reply.result);
  if (same?.at?.offset === reply.offset && same.at.epoch === reply.epoch) {
    return `${SAME_AS}${same.index}`;
  }
  results.set(reply.result, { index, at: reply });
  return `${reply.offset} ${reply.epoch} ${resultText(reply.result)}`;
}

/** The controller hands out the same reply to all who ask for the same at the same time. */
function logLineOf(
  reply: LogReply,
  index: number,
  results: Map<ReadResult | LogReply, Line>,
): string {
  const same = results.get(reply);
  if (same !== undefined) return `${SAME_AS}${same.index}`;
  results.set(reply, { index, at: null });
  const { raw: _, ...said } = reply;
  return `${LOG_START}${JSON.stringify(said)}`;
}

const texts = new WeakMap<ReadResult, string>();

/** The controller hands out the same result for the same read while nothing changes. */
function resultText(result: ReadResult): string {
  const known = texts.get(result);
  if (known !== undefined) return known;
  const text = JSON.stringify(result);
  texts.set(result, text);
  return text;
}

/** The replies in a text of them, each as a text of its own. */
export function textToReplies(text: string): readonly string[] {
  const lines = text.split(LINE_END);
  return lines.map((line) => {
    return line.startsWith(SAME_AS) ? (lines[Number(line.slice(SAME_AS.length))] ?? line) : line;
  });
}

/**
 * Takes replies from text. The same text of a result, or of a part of the log, gives the same object again, which nobody may
 * change.
 */
export class TextReplies {
  readonly #results = new KnownTexts((text) => JSON.parse(text) as ReadResult);
  /** By the whole line: who is answered with the same has the same text, and a part of it would be another one. */
  readonly #logs = new KnownTexts(logReplyOf);

  reply(text: string): ApiReply {
    if (text.startsWith(OBJECT_START)) return JSON.parse(text) as ApiReply;
    if (text.startsWith(LOG_START)) return this.#logs.of(text);
    const epochStart = text.indexOf(SPACE) + 1;
    const resultStart = text.indexOf(SPACE, epochStart) + 1;
    return {
      kind: "result",
      result: this.#results.of(text.slice(resultStart)),
      offset: Number(text.slice(0, epochStart - 1)),
      epoch: Number(text.slice(epochStart, resultStart - 1)),
    };
  }
}

function logReplyOf(line: string): LogReply {
  const said = JSON.parse(line.slice(LOG_START.length)) as Omit<LogReply, "raw">;
  return { ...said, raw: NO_BYTES };
}

/** What is remembered at most, in characters. */
const MAX_CHARACTERS = 1_000_000;

/** What texts were read as. */
class KnownTexts<T> {
  readonly #read: (text: string) => T;
  readonly #known = new Map<string, T>();
  #characters = 0;

  constructor(read: (text: string) => T) {
    this.#read = read;
  }

  of(text: string): T {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const value = this.#read(text);
    if (this.#characters + text.length > MAX_CHARACTERS) {
      this.#known.clear();
      this.#characters = 0;
    }
    this.#known.set(text, value);
    this.#characters += text.length;
    return value;
  }
}
