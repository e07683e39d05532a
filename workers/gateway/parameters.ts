/** Parameters that many routes take, and what they mean to a read. */

import * as v from "valibot";
import type { Consistency, Page } from "../../src/controller/api.ts";
import { Operation } from "../../src/state/authorizer.ts";
import { digits, flagText, text } from "./input.ts";
import { badRequest, kafkaError } from "./kafka-error.ts";

const INT32_MAX = 2 ** 31 - 1;
const MAX_TOPIC_NAME_LENGTH = 249;
const MAX_TOKEN_LENGTH = 32_767;

export const brokerId = digits(0, INT32_MAX, "The id of a broker.");
export const partitionId = digits(0, INT32_MAX, "The index of a partition in its topic.");
export const anyOffset = (description: string) => digits(0, Number.MAX_SAFE_INTEGER, description);

/** Whatever cannot be a topic is not found, so a name in a path is not checked here. */
export const topicName = v.pipe(
  v.string(),
  v.metadata({ description: "The name of a topic.", maxLength: MAX_TOPIC_NAME_LENGTH }),
);

/** The topic of a path; one that cannot exist is not found. */
export function existingName(name: string): string {
  if (name.length > MAX_TOPIC_NAME_LENGTH) throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
  return name;
}

/** Whom a token lets in; nobody is everybody. */
export const principal = v.pipe(
  text(255),
  v.regex(
    /^(?!User:\*$)[A-Za-z][A-Za-z0-9]*:.+$/,
    "must be a principal, such as User:alice, and not User:*",
  ),
);

/** What the caller may do is told by those who are asked for it (KIP-430). */
export const operationsQuery = {
  include_authorized_operations: v.optional(
    flagText("Tell in authorized_operations what the caller may do."),
    "false",
  ),
};

/** The names of the operations whose bits are set; nothing unless it was asked for. */
export function operationsJson(
  bits: number,
  { include_authorized_operations: isWanted }: { readonly include_authorized_operations: boolean },
) {
  if (!isWanted) return {};
  const names = Object.entries(Operation).filter(([, number]) => (bits & (1 << number)) !== 0);
  return { authorized_operations: names.map(([name]) => name) };
}

/** Of routes whose answer is metadata that has a history. */
export const consistencyQuery = {
  min_offset: v.optional(
    anyOffset(
      "Read your writes from any controller: the answer holds this offset (Quorate-Offset of the write) and may be any later state. Not with at_offset.",
    ),
  ),
  at_offset: v.optional(
    anyOffset(
      "Read history: the answer is the metadata as it was at this offset, the end of a batch. Not with min_offset.",
    ),
  ),
};

/** What the parameters above ask for. */
export function consistencyOf(query: {
  readonly min_offset?: number | undefined;
  readonly at_offset?: number | undefined;
}): Consistency {
  const { min_offset: min, at_offset: at } = query;
  if (min !== undefined && at !== undefined) {
    throw badRequest("Give either min_offset or at_offset, not both.");
  }
  if (min !== undefined) return { kind: "min-offset", offset: min, anywhere: false };
  if (at !== undefined) return { kind: "at-offset", offset: at, anywhere: false };
  return { kind: "committed" };
}

/** At most `maxItems` at once, which is also the default. */
export function pageQuery(maxItems: number) {
  return {
    page_size: v.optional(
      digits(1, maxItems, "At most so many items; a page may have fewer and not be the last."),
      String(maxItems),
    ),
    page_token: v.optional(
      v.pipe(
        text(MAX_TOKEN_LENGTH),
        v.description("Where to go on: the page_token in metadata.next of the page before."),
      ),
    ),
  };
}

/** The part of a list whose positions are the controller's affair. */
export function pageOf(query: {
  readonly page_size: number;
  readonly page_token?: string | undefined;
}): Page {
  const { page_size: limit, page_token: token } = query;
  return { after: token === undefined ? null : fromToken(token), limit };
}

/** A position as a page token: base64url, so that it needs no escaping. */
export function toToken(position: string): string {
  const binary = Array.from(new TextEncoder().encode(position), (byte) =>
    String.fromCharCode(byte),
  ).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromToken(token: string): string {
  try {
    const binary = atob(token.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw badRequest(
      'Query parameter "page_token" must be one that metadata.next of this list has given out.',
    );
  }
}
