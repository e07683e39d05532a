/**
 * The one request between controllers that is not Kafka's: do you follow me in this epoch? It is small, because every
 * linearizable read waits for it. It begins with a key that no API of Kafka has, so that a Kafka connection, where API keys
 * are looked up, cannot carry it: whoever answers for a voter must have come over the channel between controllers.
 *
 *     question: key int16 | leader epoch int32 | leader id int32 | directory id of the voter that is asked, 16 bytes
 *     answer: epoch int32 | id of the leader that is followed in it, -1 for none, int32
 */

import { MalformedError } from "../base/malformed-error.ts";
import { type Uuid, uuidFromBytes, uuidToBytes } from "../base/uuid.ts";

export interface LeaderQuestion {
  readonly leaderEpoch: number;
  readonly leaderId: number;
  /** Of the voter that is asked: one that has lost its disk is another one. */
  readonly voterDirectoryId: Uuid;
}

export interface LeaderAnswer {
  readonly leaderEpoch: number;
  /** -1 when whoever answers follows nobody, or is not the voter that was asked. */
  readonly leaderId: number;
}

const KEY = -1;
const QUESTION_BYTES = 26;
const ANSWER_BYTES = 8;

/** Whether a request of a peer is a question of this kind, and not one of Kafka's. */
export function isLeaderQuestion(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xff;
}

export function encodeLeaderQuestion(question: LeaderQuestion): Uint8Array {
  const bytes = new Uint8Array(QUESTION_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt16(0, KEY);
  view.setInt32(2, question.leaderEpoch);
  view.setInt32(6, question.leaderId);
  uuidToBytes(question.voterDirectoryId, bytes, 10);
  return bytes;
}

/** Throws MalformedError. */
export function decodeLeaderQuestion(bytes: Uint8Array): LeaderQuestion {
  const view = viewOf(bytes, QUESTION_BYTES);
  return {
    leaderEpoch: view.getInt32(2),
    leaderId: view.getInt32(6),
    voterDirectoryId: uuidFromBytes(bytes, 10),
  };
}

export function encodeLeaderAnswer({ leaderEpoch, leaderId }: LeaderAnswer): Uint8Array {
  const bytes = new Uint8Array(ANSWER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, leaderEpoch);
  view.setInt32(4, leaderId);
  return bytes;
}

/** Throws MalformedError. */
export function decodeLeaderAnswer(bytes: Uint8Array): LeaderAnswer {
  const view = viewOf(bytes, ANSWER_BYTES);
  return { leaderEpoch: view.getInt32(0), leaderId: view.getInt32(4) };
}

function viewOf(bytes: Uint8Array, length: number): DataView {
  if (bytes.length !== length) {
    throw new MalformedError(`${bytes.length} bytes where a message has ${length}`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}
