/**
 * Records that Kafka does not have. Each travels in a tagged field of a NoOpRecord: every reader of the metadata log
 * skips a tagged field that it does not know (KIP-482), and what is left is a record that changes nothing (KIP-835). So
 * brokers follow a log that holds them, and they are replicated and truncated with the records of their batch.
 */

import { ByteReader } from "../base/byte-reader.ts";
import { ByteWriter } from "../base/byte-writer.ts";
import { MalformedError } from "../base/malformed-error.ts";
import { decodeFrom, encodeInto } from "./codec.ts";
import { accessTokenRecord } from "./records/access-token-record.ts";
import { forgetAnswersRecord } from "./records/forget-answers-record.ts";
import { rememberedAnswerRecord } from "./records/remembered-answer-record.ts";
import { removeAccessTokenRecord } from "./records/remove-access-token-record.ts";
import { bytes, type Decoded, type Init, type Schema, schema } from "./schema.ts";

export const OWN_RECORDS = {
  accessToken: { key: 1, schema: accessTokenRecord },
  removeAccessToken: { key: 2, schema: removeAccessTokenRecord },
  rememberedAnswer: { key: 3, schema: rememberedAnswerRecord },
  forgetAnswers: { key: 4, schema: forgetAnswersRecord },
} as const;

interface OwnType {
  readonly key: number;
  readonly schema: Schema;
}

export type OwnRecordName = keyof typeof OWN_RECORDS;

export type NewOwnRecord = {
  [N in OwnRecordName]: {
    readonly type: N;
    readonly version: number;
    readonly data: Init<(typeof OWN_RECORDS)[N]["schema"]>;
  };
}[OwnRecordName];

export type OwnRecord = {
  [N in OwnRecordName]: {
    readonly type: N;
    readonly version: number;
    readonly data: Decoded<(typeof OWN_RECORDS)[N]["schema"]>;
  };
}[OwnRecordName];

/** NoOpRecord with the field that carries a record of ours; far above the tags that Kafka hands out. */
export const carrierRecord = schema("NoOpRecord", "0", "0+", {
  own: bytes("0+", { nullable: "0+", tag: 1000, default: null }),
});

const BY_KEY: ReadonlyMap<number, OwnRecordName> = new Map(
  Object.entries(OWN_RECORDS).map(([name, { key }]) => [key, name as OwnRecordName]),
);

export function isOwnRecord(record: { readonly type: string }): record is NewOwnRecord {
  return Object.hasOwn(OWN_RECORDS, record.type);
}

/** What the field of the carrier holds: key, version, body. */
export function encodeOwnRecord({ type, version, data }: NewOwnRecord): Uint8Array {
  const writer = new ByteWriter(128);
  const { key, schema }: OwnType = OWN_RECORDS[type];
  writer.uvarint(key);
  writer.uvarint(version);
  encodeInto(writer, schema, version, data as never);
  return writer.finish();
}

/** Throws MalformedError for anything that `encodeOwnRecord` could not have written. */
export function decodeOwnRecord(value: Uint8Array): OwnRecord {
  const reader = new ByteReader(value);
  const key = reader.uvarint();
  const type = BY_KEY.get(key);
  if (type === undefined) throw new MalformedError(`no record of ours has key ${key}`);
  const version = reader.uvarint();
  const { schema }: OwnType = OWN_RECORDS[type];
  const data = decodeFrom(reader, schema, version);
  if (reader.remaining > 0) {
    throw new MalformedError(`${reader.remaining} bytes follow a ${type} record`);
  }
  return { type, version, data } as OwnRecord;
}
