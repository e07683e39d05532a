/** Rows that keep a metadata record as it was written: ACLs, quotas, SCRAM credentials, delegation tokens. */

import { assert } from "../../base/assert.ts";
import { decodeRecord, encodeRecord, type MetadataRecord } from "../../protocol/metadata-record.ts";
import type { RowFormat } from "./row-format.ts";

const FORMAT_VERSION = 0;

export const recordRow: RowFormat<MetadataRecord> = {
  encode(record) {
    const frame = encodeRecord(record);
    const value = new Uint8Array(1 + frame.length);
    value[0] = FORMAT_VERSION;
    value.set(frame, 1);
    return value;
  },
  decode(value) {
    assert(value[0] === FORMAT_VERSION, `Cannot read a record row of format ${value[0]}`);
    return decodeRecord(value.subarray(1));
  },
};
