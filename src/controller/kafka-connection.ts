/**
 * One Kafka connection: cuts the byte stream into requests and sends the answers in the order of the requests,
 * whatever order they become ready in (https://kafka.apache.org/protocol#protocol_network).
 */

import { newBytes } from "../base/small-bytes.ts";
import { FrameSplitter } from "../protocol/frame-splitter.ts";
import { clientHost } from "./client-host.ts";
import type { ProvedCredentials } from "./sender.ts";

/** Far above any request of a broker, far below an object's memory. */
export const MAX_REQUEST_BYTES = 16 * 1024 * 1024;
/** A client that sends more without waiting for answers is cut off; Kafka's own send at most 100. */
const MAX_REQUESTS_IN_FLIGHT = 200;
const LOOPBACK = "127.0.0.1";
/** Answers that are ready but stand behind one that is not. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;

/** The place of one answer in the order of its connection. */
export interface AnswerSlot {
  /** Behind their length. */
  bytes: Uint8Array | null;
}

export interface KafkaConnectionOptions {
  readonly connectionId: number;
  readonly openedMs: number;
  /** The address of the other end as text; loopback when the host does not know it. */
  readonly host?: string | undefined;
  /** The access token that it was opened with, where one was asked for. */
  readonly credentials?: ProvedCredentials | undefined;
}

export class KafkaConnection {
  readonly connectionId: number;
  readonly openedMs: number;
  /** As java.net.InetAddress prints it. */
  readonly host: string;
  /** Null for who has not said who it is. */
  readonly credentials: ProvedCredentials | null;
  readonly #splitter = new FrameSplitter(MAX_REQUEST_BYTES);
  readonly #slots: AnswerSlot[] = [];

  constructor({ connectionId, openedMs, host = LOOPBACK, credentials }: KafkaConnectionOptions) {
    this.connectionId = connectionId;
    this.openedMs = openedMs;
    this.host = clientHost(host);
    this.credentials = credentials ?? null;
  }

  /** Adds received bytes; returns the requests that are now whole. Throws MalformedError. */
  receive(bytes: Uint8Array): Uint8Array[] {
    return this.#splitter.push(bytes);
  }

  /** Reserves the next place in the order of answers, or null when too many are owed. */
  reserve(): AnswerSlot | null {
    if (this.#slots.length >= MAX_REQUESTS_IN_FLIGHT) return null;
    const heldBytes = this.#slots.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
    if (heldBytes > MAX_HELD_BYTES) return null;
    const slot: AnswerSlot = { bytes: null };
    this.#slots.push(slot);
    return slot;
  }

  /** The frames that can go out now: every ready answer that no earlier one is missing before. */
  takeReady(): Uint8Array | null {
    let count = 0;
    let size = 0;
    for (const { bytes } of this.#slots) {
      if (bytes === null) break;
      count += 1;
      size += bytes.length;
    }
    if (count === 0) return null;
    if (count === 1) return this.#slots.shift()?.bytes ?? null;
    const frames = newBytes(size);
    let position = 0;
    for (const { bytes } of this.#slots.splice(0, count)) {
      if (bytes === null) continue;
      frames.set(bytes, position);
      position += bytes.length;
    }
    return frames;
  }
}
