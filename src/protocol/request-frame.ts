/**
 * Requests and responses with their headers, as they stand in a frame behind its length. Headers are read and written
 * by hand, since everything begins with one.
 */

import { ByteReader } from "../base/byte-reader.ts";
import { type ByteWriter, bytesPacked } from "../base/byte-writer.ts";
import { MalformedError } from "../base/malformed-error.ts";
import { APIS, type Api, type ApiName, apiNameOf, type RequestInit } from "./apis.ts";
import { decodeFrom, encodeInto, skipTags, supports } from "./codec.ts";
import type { Decoded, Fields, Init, Schema } from "./schema.ts";

const LENGTH_BYTES = 4;

/** A request whose header was read: the body follows at the reader's position. */
export interface RequestFrame {
  readonly api: ApiName | null;
  readonly apiKey: number;
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  readonly body: ByteReader;
}

/** Header version 2 goes with flexible requests (KIP-482), 1 with all others. */
export function requestHeaderVersion(api: Api, version: number): number {
  return version >= api.request.flexibleFrom ? 2 : 1;
}

/** ApiVersions answers always carry header version 0, so that any client can read them (KIP-511). */
export function responseHeaderVersion(api: Api, version: number): number {
  if (api.key === APIS.apiVersions.key) return 0;
  return version >= api.response.flexibleFrom ? 1 : 0;
}

/**
 * Reads the header of a request. `api` is null when no controller listener has this key. A version of ApiVersions
 * that is too new is still read: the client must be told which versions there are.
 */
export function readRequest(frame: Uint8Array): RequestFrame {
  const reader = new ByteReader(frame);
  const apiKey = reader.int16();
  const version = reader.int16();
  const api = apiNameOf(apiKey);
  const correlationId = reader.int32();
  const clientId = readClientId(reader);
  // Up to here every header version reads the same.
  const known = api !== null && supports(APIS[api].request, version);
  if (known && requestHeaderVersion(APIS[api], version) === 2) skipTags("RequestHeader", reader);
  return { api, apiKey, version, correlationId, clientId, body: reader };
}

/** Its length takes two bytes in all versions. */
function readClientId(reader: ByteReader): string | null {
  const length = reader.int16();
  if (length >= 0) return reader.utf8(length);
  if (length === -1) return null;
  throw new MalformedError(`RequestHeader.clientId: length ${length} is not allowed`);
}

/**
 * Elements of all arrays of a request. In memory an element takes a hundred bytes or two, on the wire maybe four: what a
 * frame of 16 MiB could hold would not fit into an object.
 */
const MAX_ELEMENTS = 250_000;

/** Reads the body of a request; it must fill the frame to its end. */
export function readRequestBody<N extends ApiName>(
  name: N,
  frame: RequestFrame,
): Decoded<(typeof APIS)[N]["request"]> {
  const schema: Schema = APIS[name].request;
  frame.body.limitElements(MAX_ELEMENTS);
  const body = decodeFrom(frame.body, schema, frame.version);
  if (frame.body.remaining > 0) {
    throw new MalformedError(`${frame.body.remaining} bytes follow ${schema.name}`);
  }
  return body as Decoded<(typeof APIS)[N]["request"]>;
}

export interface NewRequest<N extends ApiName> {
  readonly api: N;
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string;
  readonly body: RequestInit<N>;
}

/** The bytes of a request with its header, without the length. */
export function encodeRequest<N extends ApiName>(request: NewRequest<N>): Uint8Array {
  const api: Api = APIS[request.api];
  return bytesPacked((writer) => {
    writer.int16(api.key);
    writer.int16(request.version);
    writer.int32(request.correlationId);
    writeClientId(writer, request.clientId);
    if (requestHeaderVersion(api, request.version) === 2) writer.uvarint(0);
    encodeInto(writer, api.request, request.version, request.body as never);
  });
}

function writeClientId(writer: ByteWriter, clientId: string): void {
  const start = writer.length;
  writer.int16(clientId.length);
  const written = writer.utf8(clientId);
  if (written === clientId.length) return;
  // Not ASCII: the length that was guessed is wrong.
  writer.rewind(start);
  writer.int16(written);
  writer.utf8(clientId);
}

/** The bytes of a response with its header, without the length. */
export function encodeResponse<Q extends Fields, A extends Fields>(
  api: Api<Q, A>,
  version: number,
  correlationId: number,
  body: Init<A>,
): Uint8Array {
  return bytesPacked((writer) => writeResponse(writer, api, version, correlationId, body));
}

/** The same behind its length, as a connection carries it. */
export function encodeResponseFrame<Q extends Fields, A extends Fields>(
  api: Api<Q, A>,
  version: number,
  correlationId: number,
  body: Init<A>,
): Uint8Array {
  return bytesPacked((writer) => {
    writer.int32(0);
    writeResponse(writer, api, version, correlationId, body);
    writer.patchInt32(0, writer.length - LENGTH_BYTES);
  });
}

function writeResponse<Q extends Fields, A extends Fields>(
  writer: ByteWriter,
  api: Api<Q, A>,
  version: number,
  correlationId: number,
  body: Init<A>,
): void {
  writer.int32(correlationId);
  if (responseHeaderVersion(api as never, version) === 1) writer.uvarint(0);
  encodeInto(writer, api.response, version, body);
}

/** Reads a response whose API and version the caller remembers. */
export function decodeResponse<N extends ApiName>(
  name: N,
  version: number,
  bytes: Uint8Array,
): { correlationId: number; body: Decoded<(typeof APIS)[N]["response"]> } {
  const api = APIS[name];
  const reader = new ByteReader(bytes);
  const correlationId = reader.int32();
  if (responseHeaderVersion(api, version) === 1) skipTags("ResponseHeader", reader);
  const body = decodeFrom(reader, api.response as Schema, version);
  if (reader.remaining > 0) throw new MalformedError(`${reader.remaining} bytes follow a response`);
  return {
    correlationId,
    body: body as Decoded<(typeof APIS)[N]["response"]>,
  };
}
