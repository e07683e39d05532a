/** What is read and written by hand must be what the codec makes that is derived from the schema, to the byte. */

import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader } from "../../src/base/byte-reader.ts";
import { ByteWriter } from "../../src/base/byte-writer.ts";
import { MalformedError } from "../../src/base/malformed-error.ts";
import { METADATA_TOPIC_ID, uuidFromBytes } from "../../src/base/uuid.ts";
import { decode, encode } from "../../src/protocol/codec.ts";
import { fetchRequest, fetchResponse } from "../../src/protocol/messages/fetch.ts";
import type { Schema } from "../../src/protocol/schema.ts";
import { VOTER_FETCH } from "../../src/protocol/voter-fetch.ts";
import { arbitraryMessage } from "./arbitrary-message.ts";

const VERSION = 18;
const RUNS = { numRuns: 60, seed: 20261126 };

const int32 = fc.integer();
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 2n });
const uuid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => uuidFromBytes(bytes));
const id = fc.nat();

/** As a follower asks. */
const question = fc.record({
  clusterId: fc.string({ unit: "binary-ascii", maxLength: 100 }),
  replicaState: fc.record({ replicaId: id }),
  maxWaitMs: int32,
  maxBytes: int32,
  topics: fc.tuple(
    fc.record({
      topicId: fc.constant(METADATA_TOPIC_ID),
      partitions: fc.tuple(
        fc.record({
          partition: int32,
          currentLeaderEpoch: int32,
          fetchOffset: int64,
          lastFetchedEpoch: int32,
          replicaDirectoryId: uuid,
          highWatermark: int64,
        }),
      ),
    }),
  ),
});

/** As a leader answers. */
const answer = fc.record({
  responses: fc.tuple(
    fc.record({
      topicId: fc.constant(METADATA_TOPIC_ID),
      partitions: fc.tuple(
        fc.record({
          partitionIndex: int32,
          errorCode: fc.integer({ min: -32768, max: 32767 }),
          highWatermark: int64,
          logStartOffset: int64,
          currentLeader: fc.record({ leaderId: id, leaderEpoch: int32 }),
          abortedTransactions: fc.constant([]),
          records: fc.uint8Array({ maxLength: 300 }),
        }),
      ),
    }),
  ),
  nodeEndpoints: fc.array(
    fc.record({
      nodeId: int32,
      host: fc.string({ unit: "binary-ascii", maxLength: 100 }),
      port: int32,
    }),
    { maxLength: 1 },
  ),
});

describe.each([
  ["request", fetchRequest as Schema, question],
  ["response", fetchResponse as Schema, answer],
] as const)("a fetch %s", (_, schema, ofVoters) => {
  // Another object, so that nothing is known of it but the schema.
  const derived: Schema = { ...schema };
  const byHand = VOTER_FETCH.find((form) => form.schema === schema);
  const ofAnybody = arbitraryMessage(schema, VERSION);

  /** What reading yields, or that it was refused. */
  function outcome(of: Schema, bytes: Uint8Array): unknown {
    try {
      return decode(of, VERSION, bytes);
    } catch (error) {
      if (error instanceof MalformedError) return "refused";
      throw error;
    }
  }

  test("of a voter is written and read by hand", () => {
    fc.assert(
      fc.property(ofVoters, (message) => {
        const writer = new ByteWriter();
        const isWritten = byHand?.write(writer, message) === true;
        const value = byHand?.read(new ByteReader(writer.finish())) ?? null;
        return isWritten && value !== null;
      }),
      RUNS,
    );
  });

  test("has the same bytes, and the same fields in the same order, as by its schema", () => {
    fc.assert(
      fc.property(fc.oneof(ofVoters, ofAnybody), (message) => {
        const bytes = encode(schema, VERSION, message as never);
        const read = decode(schema, VERSION, bytes);
        return (
          Buffer.compare(bytes, encode(derived, VERSION, message as never)) === 0 &&
          isDeepStrictEqual(read, decode(derived, VERSION, bytes)) &&
          JSON.stringify(read, plain) === JSON.stringify(decode(derived, VERSION, bytes), plain)
        );
      }),
      RUNS,
    );
  });

  test("whose numbers take more bytes than they need is read, or refused, as by its schema", () => {
    const [message] = fc.sample(fc.oneof(ofVoters), { numRuns: 1, seed: 1 });
    const bytes = encode(schema, VERSION, message as never);
    for (let position = 0; position < bytes.length; position++) {
      const byte = bytes[position] ?? 0;
      const longer = [...bytes.slice(0, position), byte | 0x80, 0, ...bytes.slice(position + 1)];
      const given = Uint8Array.from(longer);
      expect(outcome(schema, given)).toEqual(outcome(derived, given));
    }
  });

  test("that is damaged is refused, or read as something else, as by its schema", () => {
    fc.assert(
      fc.property(ofVoters, fc.nat({ max: 255 }), (message, value) => {
        const bytes = encode(schema, VERSION, message as never);
        for (let position = 0; position < bytes.length; position++) {
          const damaged = bytes.slice();
          damaged[position] = value;
          for (const given of [damaged, bytes.subarray(0, position)]) {
            const same = isDeepStrictEqual(outcome(schema, given), outcome(derived, given));
            if (!same) return false;
          }
        }
        return true;
      }),
      { ...RUNS, numRuns: 20 },
    );
  });
});

test.each([
  ["several topics", { topics: [{}, {}] }],
  ["a cluster whose id is no ASCII", { clusterId: "ü" }],
  ["a rack", { rackId: "a" }],
  ["a replica that does not say which directory it has", { topics: [{ partitions: [{}] }] }],
])("a request with %s is left to the codec of the schema", (_, fields) => {
  const [plainMessage] = fc.sample(question, { numRuns: 1, seed: 1 });
  const message = { ...plainMessage, ...fields };
  const [form] = VOTER_FETCH;
  expect(form?.write(new ByteWriter(), message)).toBe(false);
  const bytes = encode(fetchRequest, VERSION, message);
  expect(bytes).toEqual(encode({ ...fetchRequest }, VERSION, message));
  expect(decode(fetchRequest, VERSION, bytes)).toMatchObject(fields);
});

function plain(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
