/** How a row's value is written: one byte that names the format's version, then the body in that version. */

import { assert } from "../../base/assert.ts";
import { ByteReader } from "../../base/byte-reader.ts";
import { bytesPacked } from "../../base/byte-writer.ts";
import { decodeFrom, encodeInto } from "../../protocol/codec.ts";
import type { Decoded, Fields, Init, Schema } from "../../protocol/schema.ts";

export interface RowFormat<T> {
  encode(row: T): Uint8Array;
  decode(value: Uint8Array): T;
}

/**
 * A row declared in the notation of the protocol, always written in the schema's newest version. Rows come from our
 * own storage only, so what cannot be read stops the object.
 */
export function rowFormat<F extends Fields, T>(
  schema: Schema<F>,
  toBody: (row: T) => Init<F>,
  fromBody: (body: Decoded<F>) => T,
): RowFormat<T> {
  const version = schema.maxVersion;
  return {
    encode(row) {
      return bytesPacked((writer) => {
        writer.int8(version);
        encodeInto(writer, schema, version, toBody(row));
      });
    },
    decode(value) {
      const reader = new ByteReader(value);
      const body = decodeFrom(reader, schema, reader.int8());
      assert(reader.remaining === 0, `Cannot read ${schema.name}: ${reader.remaining} bytes left`);
      return fromBody(body);
    },
  };
}
