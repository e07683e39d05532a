/** Requests that a controller cannot serve still tell whom to answer, and frames must be read to their end. */

import { expect, test } from "vitest";
import { MalformedError } from "../../src/base/malformed-error.ts";
import { APIS } from "../../src/protocol/apis.ts";
import {
  decodeResponse,
  encodeRequest,
  encodeResponse,
  encodeResponseFrame,
  readRequest,
  readRequestBody,
} from "../../src/protocol/request-frame.ts";

const HEARTBEAT = encodeRequest({
  api: "brokerHeartbeat",
  version: 1,
  correlationId: 42,
  clientId: "11",
  body: { brokerId: 11, brokerEpoch: 8n },
});

/** HEARTBEAT as if it were of another API or version. */
function relabelled(apiKey: number, version: number): Uint8Array {
  const bytes = HEARTBEAT.slice();
  const view = new DataView(bytes.buffer);
  view.setInt16(0, apiKey);
  view.setInt16(2, version);
  return bytes;
}

test("a request reads back with its header", () => {
  const frame = readRequest(HEARTBEAT);
  expect(frame).toMatchObject({
    api: "brokerHeartbeat",
    apiKey: 63,
    version: 1,
    correlationId: 42,
    clientId: "11",
  });
  expect(readRequestBody("brokerHeartbeat", frame)).toMatchObject({
    brokerId: 11,
    brokerEpoch: 8n,
  });
});

test.each([
  ["an API that a controller listener lacks", 0, 9, null],
  ["a version that is too new", 63, 99, "brokerHeartbeat"],
  ["ApiVersions of a later release", 18, 99, "apiVersions"],
  ["a negative version", 63, -1, "brokerHeartbeat"],
] as const)(
  "the header of %s is read, so that it can be refused by name",
  (_, key, version, api) => {
    const frame = readRequest(relabelled(key, version));
    expect(frame).toMatchObject({ api, apiKey: key, version, correlationId: 42, clientId: "11" });
  },
);

test("bytes behind a request or a response are refused", () => {
  const padded = Uint8Array.from([...HEARTBEAT, 0]);
  expect(() => readRequestBody("brokerHeartbeat", readRequest(padded))).toThrow(MalformedError);
  const response = encodeResponse(APIS.brokerHeartbeat, 1, 42, { isFenced: true });
  expect(decodeResponse("brokerHeartbeat", 1, response)).toMatchObject({
    correlationId: 42,
    body: { isFenced: true },
  });
  const long = Uint8Array.from([...response, 0]);
  expect(() => decodeResponse("brokerHeartbeat", 1, long)).toThrow(MalformedError);
});

test("a response frame is the response behind its length", () => {
  const body = { isFenced: true };
  const response = encodeResponse(APIS.brokerHeartbeat, 1, 42, body);
  const frame = encodeResponseFrame(APIS.brokerHeartbeat, 1, 42, body);
  expect([...frame]).toEqual([0, 0, 0, response.length, ...response]);
});

test("a frame that ends within its header is refused", () => {
  for (let end = 0; end < 10; end++) {
    expect(() => readRequest(HEARTBEAT.subarray(0, end))).toThrow(MalformedError);
  }
});

test.each(["quorate-1", "ü", "", "x".repeat(300)])("a client id %j reads back", (clientId) => {
  const body = { brokerId: 11, brokerEpoch: 8n };
  for (const version of [0, 1]) {
    const frame = readRequest(
      encodeRequest({ api: "brokerHeartbeat", version, correlationId: 7, clientId, body }),
    );
    expect(frame).toMatchObject({ version, correlationId: 7, clientId });
    expect(readRequestBody("brokerHeartbeat", frame)).toMatchObject(body);
  }
});
