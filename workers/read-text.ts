/**
 * Reads that are asked often, as text: a call carries one text for less than it carries an object, and the same answer is
 * the same text, of which what was made before can be used again.
 */

import type { ApiReply, ApiRequest, MetadataRead } from "../src/controller/api.ts";
import type { ReadResult } from "../src/controller/read-result.ts";
import type { Sender } from "../src/controller/sender.ts";

type Read = Extract<ApiRequest, { readonly kind: "read" }>;

/** Their results are nothing that JSON would change. */
const AS_TEXT: ReadonlySet<MetadataRead["what"]> = new Set([
  "cluster",
  "broker",
  "brokers",
  "topic",
  "topics",
]);

const SPACE = " ";
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

export function textToRead(text: string): Read {
  const request = JSON.parse(text) as Read;
  const { sender } = request;
  if (sender === null || sender.credentials === null) return request;
  const { tokenId, secretHash } = sender.credentials;
  const credentials = { tokenId, secretHash: Uint8Array.from(secretHash) };
  const whole: Sender = { ...sender, credentials };
  return { ...request, sender: whole };
}

/** A result is its offset, its epoch and JSON, with spaces between; any other reply is JSON. */
export function replyToText(reply: ApiReply): string {
  if (reply.kind !== "result") return JSON.stringify(reply);
  return `${reply.offset} ${reply.epoch} ${JSON.stringify(reply.result)}`;
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
