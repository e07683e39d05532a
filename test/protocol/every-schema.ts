/** Every schema of the project, so that a property is proved for all of them and none is forgotten. */

import { APIS } from "../../src/protocol/apis.ts";
import { CONTROL_RECORDS } from "../../src/protocol/control-record.ts";
import { defaultPrincipalData } from "../../src/protocol/messages/default-principal-data.ts";
import { quorumStateData } from "../../src/protocol/messages/quorum-state-data.ts";
import { RECORDS } from "../../src/protocol/metadata-record.ts";
import type { Schema } from "../../src/protocol/schema.ts";
import { requestHeader, responseHeader } from "./header-schemas.ts";

export interface KnownSchema {
  readonly type: "request" | "response" | "metadata" | "header" | "data";
  readonly apiKey: number | null;
  readonly schema: Schema;
}

const known = (type: KnownSchema["type"], apiKey: number | null, schema: Schema): KnownSchema => ({
  type,
  apiKey,
  schema,
});

export const EVERY_SCHEMA: readonly KnownSchema[] = [
  ...Object.values(APIS).flatMap((api) => [
    known("request", api.key, api.request),
    known("response", api.key, api.response),
  ]),
  ...Object.values(RECORDS).map(({ key, schema }) => known("metadata", key, schema)),
  ...Object.values(CONTROL_RECORDS).map(({ schema }) => known("data", null, schema)),
  known("header", null, requestHeader),
  known("header", null, responseHeader),
  known("data", null, quorumStateData),
  known("data", null, defaultPrincipalData),
];

/** Each schema once for each of its versions. */
export const EVERY_VERSION: readonly { readonly schema: Schema; readonly version: number }[] =
  EVERY_SCHEMA.flatMap(({ schema }) =>
    Array.from({ length: schema.maxVersion - schema.minVersion + 1 }, (_, i) => ({
      schema,
      version: schema.minVersion + i,
    })),
  );
