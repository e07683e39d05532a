/** The OpenAPI 3.1 document: the route table in another notation. */

import { type ConversionConfig, toJsonSchema, toJsonSchemaDefs } from "@valibot/to-json-schema";
import type * as v from "valibot";
import type { ErrorStatus } from "./kafka-error.ts";
import { type Answer, isOfCluster, type Route, TAGS } from "./route.ts";
import { CLUSTER_SHAPES } from "./shapes/cluster-shapes.ts";
import { CONFIG_SHAPES } from "./shapes/config-shapes.ts";
import { DELEGATION_TOKEN_SHAPES } from "./shapes/delegation-token-shapes.ts";
import { LOG_SHAPES } from "./shapes/log-shapes.ts";
import { SECURITY_SHAPES } from "./shapes/security-shapes.ts";
import { ERROR_SHAPES } from "./shapes/shape.ts";
import { TOKEN_SHAPES } from "./shapes/token-shapes.ts";
import { TOPIC_SHAPES } from "./shapes/topic-shapes.ts";

type JsonObject = Record<string, unknown>;

const DEFINITIONS: Record<string, v.GenericSchema> = {
  ...ERROR_SHAPES,
  ...CLUSTER_SHAPES,
  ...TOPIC_SHAPES,
  ...CONFIG_SHAPES,
  ...SECURITY_SHAPES,
  ...DELEGATION_TOKEN_SHAPES,
  ...TOKEN_SHAPES,
  ...LOG_SHAPES,
};

const CONVERSION: ConversionConfig & { definitions: Record<string, v.GenericSchema> } = {
  definitions: DEFINITIONS,
  target: "draft-2020-12",
  typeMode: "input",
  // What they check cannot be said in a schema; `dictionary` says its shape beside it.
  ignoreActions: ["check", "finite", "max_bytes"],
  overrideSchema: ({
    valibotSchema,
    jsonSchema,
  }: {
    valibotSchema: { type: string };
    jsonSchema: object;
  }) => (valibotSchema.type === "custom" ? jsonSchema : undefined),
  overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
};

export function jsonSchema(schema: v.GenericSchema): JsonObject {
  const { $schema: _, $defs: __, ...converted } = toJsonSchema(schema, CONVERSION) as JsonObject;
  // In a query everything is text; the default shall have the type that the text stands for.
  if (typeof converted.default === "string" && converted.type === "integer") {
    return { ...converted, default: Number(converted.default) };
  }
  if (typeof converted.default === "string" && converted.type === "boolean") {
    return { ...converted, default: converted.default === "true" };
  }
  return converted;
}

const DESCRIPTIONS: Readonly<Record<ErrorStatus, string>> = {
  400: "The request is malformed, or Kafka refuses it.",
  401: "Who asks has not proved who it is; the message says what is needed.",
  403: "Who asks may not do this.",
  404: "There is no such thing.",
  405: "The path has other methods; Allow names them.",
  409: "Not in the state that things are in.",
  412: "The resource has changed; ETag says to what.",
  413: "The body is too large.",
  414: "The URL is too long.",
  415: "The body is not application/json.",
  422: "The Idempotency-Key was given with another request before.",
  426: "Not asked as a WebSocket, which Kafka connections come in by.",
  429: "Too much at once; Retry-After says when to try again.",
  500: "A bug. The gateway's log has the reason under the request id.",
  501: "Not served here; the message says by whom.",
  503: "No active controller, or the outcome is unknown; the message says which.",
};

/** Every status other than success that a route may answer with. */
export function errorsOf(route: Route): readonly ErrorStatus[] {
  const errors = new Set<ErrorStatus>([400, 414, 500, ...(route.errors ?? [])]);
  if (route.right !== null) for (const status of [401, 403, 429, 503] as const) errors.add(status);
  if (route.takesKey) errors.add(422);
  if (isOfCluster(route)) for (const status of [404, 503] as const) errors.add(status);
  if (route.body !== null) for (const status of [413, 415] as const) errors.add(status);
  return [...errors].sort();
}

const HEADERS = {
  "X-Request-Id": ["string", "The id of the request in the gateway's log."],
  "Quorate-Offset": [
    "integer",
    "The offset at which the answer is true, or the change took effect.",
  ],
  "Quorate-Epoch": ["integer", "The leader epoch at that offset."],
} as const;

function headersOf(extra: Answer["headers"] = {}): JsonObject {
  const common = Object.entries(HEADERS).map(([name, [type, description]]) => [
    name,
    { description, schema: { type } },
  ]);
  const own = Object.entries(extra).map(([name, description]) => [
    name,
    { description, schema: { type: "string" } },
  ]);
  return Object.fromEntries([...common, ...own]);
}

function answerJson({ description, schema, mediaType, headers }: Answer): JsonObject {
  const content =
    schema === null
      ? {}
      : { content: { [mediaType ?? "application/json"]: { schema: jsonSchema(schema) } } };
  return { description, headers: headersOf(headers), ...content };
}

function responsesOf(route: Route): JsonObject {
  const responses: JsonObject = {};
  for (const [status, answer] of Object.entries(route.answers)) {
    responses[status] = answerJson(answer);
  }
  for (const status of errorsOf(route))
    responses[status] = { $ref: `#/components/responses/${status}` };
  return responses;
}

function parametersOf(route: Route): JsonObject[] {
  const parameters: JsonObject[] = [];
  const add = (place: string, name: string, schema: v.GenericSchema) => {
    const { description, ...rest } = jsonSchema(schema);
    parameters.push({
      name,
      in: place,
      required: place === "path" || schema.type !== "optional",
      ...(description === undefined ? {} : { description }),
      schema: rest,
    });
  };
  for (const [name, schema] of Object.entries(route.params)) {
    add("path", name, schema as v.GenericSchema);
  }
  for (const [name, schema] of Object.entries(route.query)) {
    add("query", name, schema as v.GenericSchema);
  }
  for (const [name, description] of Object.entries(route.headers ?? {})) {
    parameters.push({
      name,
      in: "header",
      required: false,
      description,
      schema: { type: "string" },
    });
  }
  return parameters;
}

function operationOf(route: Route): JsonObject {
  const { operationId, tag, summary, description, body, right, alsoNeeds } = route;
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: parametersOf(route),
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: jsonSchema(body) } },
          },
        }),
    responses: responsesOf(route),
    security: right === null ? [] : [{ accessToken: [] }],
    "x-required-right": right,
    ...(alsoNeeds === undefined ? {} : { "x-also-required-right": alsoNeeds }),
  };
}

function errorResponses(): JsonObject {
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
  return Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([status, description]) => [
      status,
      { description, headers: { "X-Request-Id": headersOf()["X-Request-Id"] }, content },
    ]),
  );
}

/** The document for these routes. */
export function openApiDocument(routes: readonly Route[]): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Quorate HTTP metadata API",
      version: "3.0.0",
      description:
        "Paths and shapes follow Confluent's REST API v3 where it has them. Errors always have the body {error_code, message}.",
    },
    servers: [{ url: "/" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: toJsonSchemaDefs(DEFINITIONS, CONVERSION),
      responses: errorResponses(),
      securitySchemes: {
        accessToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "kr_<id>_<secret>",
          description:
            "An access token. POST access-tokens makes one; the first comes with the cluster.",
        },
      },
    },
  };
}
