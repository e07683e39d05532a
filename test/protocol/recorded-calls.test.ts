/** The wire format against calls that real brokers, controllers and clients made. */

import { expect, test } from "vitest";
import { APIS, type Api, type ApiName } from "../../src/protocol/apis.ts";
import { toJson } from "../../src/protocol/json-form.ts";
import { readBatches, readRecords } from "../../src/protocol/record-batch.ts";
import {
  decodeResponse,
  encodeRequest,
  encodeResponse,
  readRequest,
  readRequestBody,
} from "../../src/protocol/request-frame.ts";
import { fromHex, recordedCalls, toHex, vector } from "./recordings.ts";

interface ReadCall {
  readonly name: ApiName;
  readonly version: number;
  readonly body: object;
}

/** Reads a request and proves on the way that writing it again gives the same bytes. */
function readBack(bytes: Uint8Array): ReadCall {
  const frame = readRequest(bytes);
  const { api: name, version, correlationId, clientId } = frame;
  if (name === null || clientId === null) throw new Error("not a recorded request");
  const body = readRequestBody(name, frame);
  const again = encodeRequest({ api: name, version, correlationId, clientId, body });
  expect(toHex(again)).toBe(toHex(bytes));
  return { name, version, body };
}

/** The same for a response. */
function readBackResponse(name: ApiName, version: number, bytes: Uint8Array): object {
  const { correlationId, body } = decodeResponse(name, version, bytes);
  const api: Api = APIS[name];
  expect(toHex(encodeResponse(api, version, correlationId, body as never))).toBe(toHex(bytes));
  return body;
}

const CALLS = recordedCalls();
const DECODED = CALLS.filter(({ request }) => request.undecoded === undefined);

test.each(DECODED.map((call, i) => [i, call.api, call.version, call] as const))(
  "call %i, %s v%i, reads as Kafka's JSON and writes back to the same bytes",
  (_, __, version, call) => {
    const request = readBack(fromHex(call.requestHex));
    const api: Api = APIS[request.name];
    expect([api.key, request.version]).toEqual([call.key, version]);
    expect(toJson(api.request, version, request.body)).toEqual(call.request);
    const response = readBackResponse(request.name, version, fromHex(call.responseHex));
    expect(toJson(api.response, version, response)).toEqual(call.response);
  },
);

const ENVELOPES = DECODED.flatMap((call) =>
  call.inner === undefined ? [] : [{ ...call, inner: call.inner }],
);

test.each(ENVELOPES.map((call, i) => [i, call] as const))(
  "what envelope %i carries reads as Kafka's JSON and writes back to the same bytes",
  (_, { requestHex, responseHex, inner }) => {
    const frame = readRequest(fromHex(requestHex));
    const { requestData } = readRequestBody("envelope", frame);
    const { responseData } = decodeResponse("envelope", frame.version, fromHex(responseHex)).body;
    const request = readBack(requestData);
    const api: Api = APIS[request.name];
    expect(api.forwardable).toBe(true);
    expect(request.version).toBe(inner.version);
    expect(toJson(api.request, inner.version, request.body)).toEqual(inner.request);
    const response =
      responseData === null ? null : readBackResponse(request.name, inner.version, responseData);
    expect(response && toJson(api.response, inner.version, response)).toEqual(
      inner.response ?? null,
    );
  },
);

test("ApiVersions v5 of a 4.4.0 client reads, and its answer from 4.3.1 is a v0 body with error 35", () => {
  const calls = CALLS.filter(({ request }) => request.undecoded !== undefined);
  expect(calls).toHaveLength(2);
  for (const { requestHex, responseHex } of calls) {
    const request = readBack(fromHex(requestHex));
    expect(request).toEqual({
      name: "apiVersions",
      version: 5,
      body: {
        clientSoftwareName: "apache-kafka-java",
        clientSoftwareVersion: "4.4.0",
        clusterId: null,
        nodeId: -1,
      },
    });
    expect(readBackResponse("apiVersions", 0, fromHex(responseHex))).toMatchObject({
      errorCode: 35,
      apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }],
    });
  }
});

test("every recorded fetch carries batches that read", () => {
  let offsets = 0;
  for (const { api, version, responseHex } of DECODED) {
    if (api !== "FETCH") continue;
    const { body } = decodeResponse("fetch", version, fromHex(responseHex));
    for (const { records } of body.responses.flatMap((topic) => topic.partitions)) {
      for (const batch of readBatches(records ?? fromHex(""))) offsets += readRecords(batch).length;
    }
  }
  expect(offsets).toBeGreaterThan(0);
});

/** A vector of a call begins with its length. */
function unframed(name: string): Uint8Array {
  const bytes = vector(name);
  const length = new DataView(bytes.buffer).getInt32(0);
  expect(length).toBe(bytes.length - 4);
  return bytes.subarray(4);
}

test.each([
  ["apiversions_v4_req", "apiVersions", 4],
  ["fetch_v17_first_req", "fetch", 17],
  ["broker_registration_v4_req", "brokerRegistration", 4],
  ["broker_heartbeat_v1_req", "brokerHeartbeat", 1],
  ["envelope_v0_req", "envelope", 0],
] as const)("the vector %s reads and writes back to the same bytes", (name, api, version) => {
  expect(readBack(unframed(name))).toMatchObject({ name: api, version });
});

test.each([
  ["apiversions_v4_resp", "apiVersions", 4],
  ["apiversions_unsupported_v0_resp", "apiVersions", 0],
  ["fetch_v17_fenced_resp", "fetch", 17],
  ["fetch_v17_data_resp", "fetch", 17],
  ["broker_registration_v4_resp", "brokerRegistration", 4],
  ["broker_heartbeat_v1_resp", "brokerHeartbeat", 1],
  ["envelope_v0_resp", "envelope", 0],
] as const)("the vector %s reads and writes back to the same bytes", (name, api, version) => {
  readBackResponse(api, version, unframed(name));
});
