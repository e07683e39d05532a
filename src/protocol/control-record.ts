/** Control records of the metadata log: written by Raft itself, never by the state machine. Always version 0. */

import { ByteReader } from "../base/byte-reader.ts";
import { ByteWriter } from "../base/byte-writer.ts";
import { MalformedError } from "../base/malformed-error.ts";
import { decode, encode } from "./codec.ts";
import type { BatchRecord } from "./record-batch.ts";
import { kRaftVersionRecord } from "./records/kraft-version-record.ts";
import { leaderChangeMessage } from "./records/leader-change-message.ts";
import { snapshotFooterRecord } from "./records/snapshot-footer-record.ts";
import { snapshotHeaderRecord } from "./records/snapshot-header-record.ts";
import { votersRecord } from "./records/voters-record.ts";
import type { Decoded, Init } from "./schema.ts";

export const CONTROL_RECORDS = {
  leaderChange: { key: 2, schema: leaderChangeMessage },
  snapshotHeader: { key: 3, schema: snapshotHeaderRecord },
  snapshotFooter: { key: 4, schema: snapshotFooterRecord },
  kraftVersion: { key: 5, schema: kRaftVersionRecord },
  kraftVoters: { key: 6, schema: votersRecord },
} as const;

export type ControlName = keyof typeof CONTROL_RECORDS;

export type NewControlRecord = {
  [N in ControlName]: {
    readonly type: N;
    readonly data: Init<(typeof CONTROL_RECORDS)[N]["schema"]>;
  };
}[ControlName];

export type ControlRecord = {
  [N in ControlName]: {
    readonly type: N;
    readonly data: Decoded<(typeof CONTROL_RECORDS)[N]["schema"]>;
  };
}[ControlName];

const BY_KEY: ReadonlyMap<number, ControlName> = new Map(
  Object.entries(CONTROL_RECORDS).map(([name, { key }]) => [key, name as ControlName]),
);

/** The batch record that carries `control`. */
export function encodeControlRecord(control: NewControlRecord): BatchRecord {
  const { key, schema } = CONTROL_RECORDS[control.type];
  const writer = new ByteWriter(4);
  writer.int16(0);
  writer.int16(key);
  return { key: writer.finish(), value: encode(schema, 0, control.data) };
}

/** Reads a record of a control batch. Throws MalformedError for a type that a metadata log cannot hold. */
export function decodeControlRecord({ key, value }: BatchRecord): ControlRecord {
  if (key === null) throw new MalformedError("control record without a key");
  const reader = new ByteReader(key);
  reader.int16();
  const type = BY_KEY.get(reader.int16());
  if (type === undefined) throw new MalformedError("unknown control record type");
  return { type, data: decode(CONTROL_RECORDS[type].schema, 0, value) } as ControlRecord;
}
