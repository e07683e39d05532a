/**
 * The row of the topics on whose first page a broker is, of those topics whose ids begin alike: they were created together,
 * and most have no other page, so that a row for each would be half of all that creating them writes. A list of entries
 * in the order in which they were added, each with the offset of that: what the row was at an earlier offset is how
 * it begins.
 */

import { assert } from "../../base/assert.ts";
import { newBytes } from "../../base/small-bytes.ts";
import { readUint48, UINT48_BYTES, writeUint48 } from "../../base/uint48.ts";
import type { Uuid } from "../../base/uuid.ts";
import { ID_GROUP_CHARS } from "../row-key.ts";
import type { RowFormat } from "./row-format.ts";

const FORMAT_VERSION = 0;
const HEAD_BYTES = 1;
const UUID_CHARS = 22;
/** What the key does not say of an id. */
const ID_BYTES = UUID_CHARS - ID_GROUP_CHARS;
const ENTRY_BYTES = ID_BYTES + UINT48_BYTES;

/** As it is stored: every batch that creates a topic adds to it, and few read it. */
export const firstPagesRow: RowFormat<Uint8Array> = {
  encode: (list) => list,
  decode(list) {
    assert(list[0] === FORMAT_VERSION, `Cannot read first pages of format ${list[0]}`);
    return list;
  },
};

/** The list and one more topic, which is not in it, added at `offset`. */
export function withTopic(list: Uint8Array | null, topicId: Uuid, offset: number): Uint8Array {
  const length = list === null ? HEAD_BYTES : list.length;
  const longer = newBytes(length + ENTRY_BYTES);
  if (list === null) longer[0] = FORMAT_VERSION;
  else longer.set(list);
  for (let i = 0; i < ID_BYTES; i++) {
    longer[length + i] = topicId.charCodeAt(ID_GROUP_CHARS + i);
  }
  writeUint48(longer, length + ID_BYTES, offset);
  return longer;
}

/** The list without a topic that is in it; null when nothing is left. */
export function withoutTopic(list: Uint8Array, topicId: Uuid): Uint8Array | null {
  const position = positionOf(list, topicId);
  assert(position !== null, `Cannot take ${topicId} out of a list of first pages: it is not there`);
  if (list.length === HEAD_BYTES + ENTRY_BYTES) return null;
  const shorter = newBytes(list.length - ENTRY_BYTES);
  shorter.set(list.subarray(0, position));
  shorter.set(list.subarray(position + ENTRY_BYTES), position);
  return shorter;
}

/** The topics in the list under `key`, in the order of their ids. */
export function topicIdsIn(list: Uint8Array, key: string): Uuid[] {
  const group = key.slice(-ID_GROUP_CHARS);
  const topicIds: Uuid[] = [];
  for (let at = HEAD_BYTES; at < list.length; at += ENTRY_BYTES) {
    topicIds.push(group + String.fromCharCode(...list.subarray(at, at + ID_BYTES)));
  }
  return topicIds.sort();
}

/** As much of the list as was there at `offset`. */
export function listAt(list: Uint8Array, offset: number): Uint8Array {
  let length = list.length;
  while (length > HEAD_BYTES && readUint48(list, length - UINT48_BYTES) > offset) {
    length -= ENTRY_BYTES;
  }
  return list.subarray(0, length);
}

/** The offset at which the list was added to last, of what is in it. */
export function lastOffsetOf(list: Uint8Array): number {
  return readUint48(list, list.length - UINT48_BYTES);
}

/** An offset as it ends the list: compared as bytes, it is in the order of numbers. */
export function offsetBytes(offset: number): Uint8Array {
  const bytes = newBytes(UINT48_BYTES);
  writeUint48(bytes, 0, offset);
  return bytes;
}

function positionOf(list: Uint8Array, topicId: Uuid): number | null {
  for (let at = HEAD_BYTES; at < list.length; at += ENTRY_BYTES) {
    let i = 0;
    while (i < ID_BYTES && list[at + i] === topicId.charCodeAt(ID_GROUP_CHARS + i)) i += 1;
    if (i === ID_BYTES) return at;
  }
  return null;
}
