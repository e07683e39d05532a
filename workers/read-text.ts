/**
 * Reads that are asked often, as text: a call carries one text for less than it carries an object, and the same answer is
 * the same text, of which what was made before can be used again.
 */

import type { ApiReply, ApiRequest, MetadataRead } from "../src/controller/api.ts";
import type { ReadResult } from "../src/controller/read-result.ts";
import type { Sender } from "../src/controller/sender.ts";

type TrueAt = Pick<Extract<ApiReply, { readonly kind: "result" }>, "offset" | "epoch">;
type Read = Extract<ApiRequest, { readonly kind: "read" }>;

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
/** What a reply begins with that is no result. */
const OBJECT_START = "{";

/** Whether a call may go as text. */
export function isReadAsText(request: ApiRequest): request is Read {
  return request.kind === "read" && AS_TEXT.has(request.read.what);
}

export function readToText(request: Read): string {
  const { sender } = request;
  if (sender === null || sender.credentials === null) return JSON.stringify(request);
  const { tokenId, secretHash } = sender.credentials;
  const credentials = { tokenId, secretHash: [...secretHash] };
  return JSON.stringify({ ...request, sender: { ...sender, credentials } });
}

function textToRead(text: string): Read {
  const request = JSON.parse(text) as Read;
  const { sender } = request;
  if (sender === null || sender.credentials === null) return request;
  const { tokenId, secretHash } = sender.credentials;
  const credentials = { tokenId, secretHash: Uint8Array.from(secretHash) };
  const whole: Sender = { ...sender, credentials };
  return { ...request, sender: whole };
}

/** Reads of one call, a line each. */
export function readsToText(reads: readonly string[]): string {
  return reads.join(LINE_END);
}

export function textToReads(text: string): readonly Read[] {
  return text.split(LINE_END).map(textToRead);
}

/**
 * The replies to the reads of one call, a line each. A result is its offset, its epoch and JSON, with spaces between; where
 * it is that of a line before, the number of that line behind an equals sign. Any other reply is JSON.
 */
export function repliesToText(replies: readonly ApiReply[]): string {
  const lines = new Map<ReadResult, { readonly index: number; readonly reply: TrueAt }>();
  return replies
    .map((reply, index) => {
      if (reply.kind !== "result") return JSON.stringify(reply);
      const same = lines.get(reply.result);
      if (same?.reply.offset === reply.offset && same.reply.epoch === reply.epoch) {
        return `${SAME_AS}${same.index}`;
      }
      lines.set(reply.result, { index, reply });
      return `${reply.offset} ${reply.epoch} ${resultText(reply.result)}`;
    })
    .join(LINE_END);
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

/** What is remembered at most, in characters. */
const MAX_CHARACTERS = 1_000_000;

/** Takes replies from text. The same text of a result gives the same object again, which nobody may change. */
export class TextReplies {
  readonly #results = new Map<string, ReadResult>();
  #characters = 0;

  reply(text: string): ApiReply {
    if (text.startsWith(OBJECT_START)) return JSON.parse(text) as ApiReply;
    const epochStart = text.indexOf(SPACE) + 1;
    const resultStart = text.indexOf(SPACE, epochStart) + 1;
    return {
      kind: "result",
      result: this.#result(text.slice(resultStart)),
      offset: Number(text.slice(0, epochStart - 1)),
      epoch: Number(text.slice(epochStart, resultStart - 1)),
    };
  }

  #result(text: string): ReadResult {
    const known = this.#results.get(text);
    if (known !== undefined) return known;
    const result = JSON.parse(text) as ReadResult;
    if (this.#characters + text.length > MAX_CHARACTERS) {
      this.#results.clear();
      this.#characters = 0;
    }
    this.#results.set(text, result);
    this.#characters += text.length;
    return result;
  }
}
