/** The ETags that a client names in the headers of a conditional request (RFC 9110, 13.1). */

import { badRequest } from "./kafka-error.ts";

export const IF_MATCH = "If-Match";
export const IF_NONE_MATCH = "If-None-Match";

const MAX_STRONG = 20;
const ETAGS = /^\s*(?:\*|(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*)\s*$/;

interface GivenEtag {
  readonly text: string;
  readonly isWeak: boolean;
}

/** Of `If-Match` the strong ones, or "*": a weak ETag proves nothing and is never given out here. */
export function strongEtags(header: string): readonly string[] {
  const given = parsed(IF_MATCH, header);
  if (given === "*") return [given];
  const strong = given.filter(({ isWeak }) => !isWeak);
  if (strong.length > MAX_STRONG) {
    throw badRequest(`The header ${IF_MATCH} must have at most ${MAX_STRONG} ETags.`);
  }
  // The text of an ETag may be an asterisk, which stands for no other here.
  return strong.map(({ text }) => (text === "*" ? "" : text));
}

/** Whether `If-None-Match` names an ETag; a weak one stands for it as well, since nothing is changed. */
export function namesEtag(header: string, etag: string): boolean {
  const given = parsed(IF_NONE_MATCH, header);
  return given === "*" || given.some(({ text }) => text === etag);
}

/** Throws 400 for what is neither "*" nor a list. */
function parsed(name: string, header: string): readonly GivenEtag[] | "*" {
  if (!ETAGS.test(header)) {
    throw badRequest(`The header ${name} must be * or ETags in quotes, such as "abc", "def".`);
  }
  if (header.trim() === "*") return "*";
  const found = header.matchAll(/(W\/)?"([^"]*)"/g);
  return Array.from(found, ([, weak, text = ""]) => ({ text, isWeak: weak !== undefined }));
}
