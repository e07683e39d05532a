/** CreateTopics as a broker's client sends it: one topic of one partition, three replicas, the newest version. */

import { errorName } from "../../src/base/error-code.ts";
import { APIS } from "../../src/protocol/apis.ts";
import { encodeRequest } from "../../src/protocol/request-frame.ts";
import { clientPrefix, type Wire, writeDigits } from "./wire.ts";

const LENGTH_BYTES = 4;
const DIGITS = 8;
/** Of a request header: api key, version. */
const CORRELATION_ID_AT = LENGTH_BYTES + 4;

export interface CreateTopicsWireOptions {
  /** Before the digits that make a name one of its own. */
  readonly prefix: string;
  readonly replicationFactor: number;
}

/** What clients have created under a load's prefix, when each has had so many requests answered. */
export function loadedTopics(prefix: string, requests: readonly number[]): string[] {
  return requests.flatMap((sent, client) => {
    const own = clientPrefix(prefix, client);
    return Array.from({ length: sent }, (_, i) => own + String(i).padStart(DIGITS, "0"));
  });
}

export function createTopicsWire({ prefix, replicationFactor }: CreateTopicsWireOptions): Wire {
  const name = prefix + "0".repeat(DIGITS);
  const body = encodeRequest({
    api: "createTopics",
    version: APIS.createTopics.request.maxVersion,
    correlationId: 0,
    clientId: "bench",
    body: {
      topics: [{ name, numPartitions: 1, replicationFactor }],
      timeoutMs: 60_000,
    },
  });
  const frame = Buffer.alloc(LENGTH_BYTES + body.length);
  frame.writeInt32BE(body.length, 0);
  frame.set(body, LENGTH_BYTES);
  const digitsAt = frame.indexOf(name) + prefix.length;
  let count = 0;
  let answered = 0;
  // Correlation id, tags; throttle time, count of topics, length of the name, the name, the topic's id.
  const errorAt = LENGTH_BYTES + 5 + 4 + 1 + 1 + name.length + 16;
  return {
    next() {
      frame.writeInt32BE(count, CORRELATION_ID_AT);
      writeDigits(frame, digitsAt, DIGITS, count);
      count += 1;
      return frame;
    },
    answerLength(bytes, start, end) {
      if (end - start < LENGTH_BYTES) return 0;
      const length = LENGTH_BYTES + bytes.readInt32BE(start);
      if (end - start < length) return 0;
      const correlationId = bytes.readInt32BE(start + LENGTH_BYTES);
      const error = bytes.readInt16BE(start + errorAt);
      if (correlationId !== answered || error !== 0) {
        throw new Error(`CreateTopics was answered with ${errorName(error)}, id ${correlationId}`);
      }
      answered += 1;
      return length;
    },
  };
}
