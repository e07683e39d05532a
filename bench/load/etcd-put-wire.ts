/** Puts of a small value over etcd's HTTP gateway. */

import { type Wire, writeDigits } from "./wire.ts";

const DIGITS = 9;
const HEADER_END = "\r\n\r\n";

/** `prefix` is of whole groups of three bytes, so that digits can be put behind it as base64 text of their own. */
export function etcdPutWire(prefix: string): Wire {
  const value = Buffer.from("x".repeat(60)).toString("base64");
  const key = Buffer.from(prefix).toString("base64");
  if (key.endsWith("=")) throw new Error(`The prefix ${prefix} is not of groups of three bytes`);
  const body = JSON.stringify({ key: `${key}${"0".repeat(12)}`, value });
  const text =
    "POST /v3/kv/put HTTP/1.1\r\nHost: etcd\r\nContent-Type: application/json\r\n" +
    `Content-Length: ${body.length}\r\n\r\n${body}`;
  const request = Buffer.from(text, "latin1");
  const digitsAt = request.indexOf("0".repeat(12));
  let count = 0;
  return {
    next() {
      writeDigits(request, digitsAt, DIGITS, count);
      count += 1;
      return request;
    },
    answerLength(bytes, start, end) {
      const headerEnd = bytes.subarray(start, end).indexOf(HEADER_END);
      if (headerEnd === -1) return 0;
      const header = bytes.toString("latin1", start, start + headerEnd);
      const length = /content-length: (\d+)/i.exec(header)?.[1];
      if (!header.startsWith("HTTP/1.1 200") || length === undefined) {
        throw new Error(`etcd answered: ${header.split("\r\n")[0]}`);
      }
      const whole = headerEnd + HEADER_END.length + Number(length);
      return end - start < whole ? 0 : whole;
    },
  };
}
