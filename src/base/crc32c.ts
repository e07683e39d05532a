/** CRC-32C (Castagnoli, RFC 3720), slicing by eight: Kafka's checksum of a record batch. */

const TABLES = makeTables();

function makeTables(): Uint32Array {
  const tables = new Uint32Array(8 * 256);
  for (let n = 0; n < 256; n++) {
    let crc = n;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    tables[n] = crc >>> 0;
  }
  for (let n = 256; n < 8 * 256; n++) {
    const previous = tables[n - 256] ?? 0;
    tables[n] = ((previous >>> 8) ^ (tables[previous & 0xff] ?? 0)) >>> 0;
  }
  return tables;
}

/** The checksum of `bytes[start, end)`, as an unsigned 32-bit number. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const t = TABLES as unknown as number[];
  const b = bytes as unknown as number[];
  let crc = 0xffffffff;
  let i = start;
  for (const last = end - 8; i <= last; i += 8) {
    crc ^= at(b, i) | (at(b, i + 1) << 8) | (at(b, i + 2) << 16) | (at(b, i + 3) << 24);
    crc =
      at(t, 1792 + (crc & 0xff)) ^
      at(t, 1536 + ((crc >>> 8) & 0xff)) ^
      at(t, 1280 + ((crc >>> 16) & 0xff)) ^
      at(t, 1024 + (crc >>> 24)) ^
      at(t, 768 + at(b, i + 4)) ^
      at(t, 512 + at(b, i + 5)) ^
      at(t, 256 + at(b, i + 6)) ^
      at(t, at(b, i + 7));
  }
  for (; i < end; i++) crc = at(t, (crc ^ at(b, i)) & 0xff) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Every index is in range by construction; a checked read would cost half the speed. */
function at(values: number[], index: number): number {
  return values[index] as number;
}
