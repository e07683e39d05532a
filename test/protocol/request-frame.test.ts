/** Requests that a controller cannot serve still tell whom to answer, and frames must be read to their end. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader } from "../../src/base/byte-reader.ts";
import { bytesPacked } from "../../src/base/byte-writer.ts";
import { MalformedError } from "../../src/base/malformed-error.ts";
import { APIS, type ApiName, apiNameOf } from "../../src/protocol/apis.ts";
import { decodeFrom, encodeInto, supports } from "../../src/protocol/codec.ts";
import {
  decodeResponse,
  encodeRequest,
  encodeResponse,
  encodeResponseFrame,
  readRequest,
  readRequestBody,
  requestHeaderVersion,
  responseHeaderVersion,
} from "../../src/protocol/request-frame.ts";
import { requestHeader, responseHeader } from "./header-schemas.ts";

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

/** Some with flexible headers, some without. */
const HEADED: readonly { readonly api: ApiName; readonly version: number }[] = [
  { api: "apiVersions", version: 0 },
  { api: "apiVersions", version: 3 },
  { api: "brokerHeartbeat", version: 1 },
  { api: "incrementalAlterConfigs", version: 0 },
  { api: "incrementalAlterConfigs", version: 1 },
];

interface Header {
  readonly correlationId: number;
  readonly clientId: string | null;
}

function headerBySchema({ api, version }: (typeof HEADED)[number], header: Header): Uint8Array {
  return bytesPacked((writer) => {
    encodeInto(writer, requestHeader, requestHeaderVersion(APIS[api], version), {
      requestApiKey: APIS[api].key,
      requestApiVersion: version,
      ...header,
    });
  });
}

/** What the schema reads, and where the body begins; null when it refuses the frame. */
function readBySchema(frame: Uint8Array) {
  try {
    const peek = new ByteReader(frame);
    const [apiKey, version] = [peek.int16(), peek.int16()];
    const api = apiNameOf(apiKey);
    const known = api !== null && supports(APIS[api].request, version);
    const reader = new ByteReader(frame);
    const headerVersion = known ? requestHeaderVersion(APIS[api], version) : 1;
    const { correlationId, clientId } = decodeFrom(reader, requestHeader, headerVersion);
    return { api, apiKey, version, correlationId, clientId, bodyAt: reader.position };
  } catch (error) {
    if (error instanceof MalformedError) return null;
    throw error;
  }
}

function readByHand(frame: Uint8Array): ReturnType<typeof readBySchema> {
  try {
    const { body, ...header } = readRequest(frame);
    return { ...header, bodyAt: body.position };
  } catch (error) {
    if (error instanceof MalformedError) return null;
    throw error;
  }
}

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

test("a header is read as its schema says, whole or damaged", () => {
  const header = fc.record({
    correlationId: int32,
    clientId: fc.option(fc.string({ unit: "grapheme", maxLength: 40 })),
  });
  const damage = fc.option(fc.record({ at: fc.nat({ max: 60 }), byte: fc.nat({ max: 255 }) }));
  const tail = fc.uint8Array({ maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(...HEADED), header, tail, damage, (headed, one, body, harm) => {
      const frame = Uint8Array.from([...headerBySchema(headed, one), ...body]);
      if (harm !== null) frame[harm.at % frame.length] = harm.byte;
      const read = readBySchema(frame);
      if (harm === null) expect(read).toMatchObject(one);
      expect(readByHand(frame)).toEqual(read);
      expect(readByHand(frame.subarray(0, -1))).toEqual(readBySchema(frame.subarray(0, -1)));
    }),
    { numRuns: 3000 },
  );
});

test.each(HEADED)(
  "the headers of $api in version $version are written as their schemas say",
  (headed) => {
    const { api, version } = headed;
    const header = { correlationId: -2, clientId: "quorate ü" };
    const request = encodeRequest({ api, version, ...header, body: {} as never });
    const expected = headerBySchema(headed, header);
    expect([...request.subarray(0, expected.length)]).toEqual([...expected]);
    const answer = bytesPacked((writer) => {
      encodeInto(writer, responseHeader, responseHeaderVersion(APIS[api], version), header);
    });
    const response = encodeResponse(APIS[api] as never, version, header.correlationId, {} as never);
    expect([...response.subarray(0, answer.length)]).toEqual([...answer]);
  },
);
