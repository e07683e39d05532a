/** What the routes of all configs share: what they take, and how they are changed. */

import * as v from "valibot";
import type { ConfigResourceRef } from "../../../src/controller/api.ts";
import { ConfigOperation } from "../../../src/state/config-resources.ts";
import type { Described } from "../../../src/state/described-config.ts";
import { ConfigResource } from "../../../src/state/metadata-view.ts";
import type { Call } from "../call.ts";
import { areDistinct, fields, flag, freeText, listOf, oneOf } from "../input.ts";
import { HttpError, kafkaError, notFound, requireNoError } from "../kafka-error.ts";

type AnyCall = Call<unknown, unknown, unknown>;

const MAX_CHANGES = 1000;
const OPERATIONS = ["SET", "DELETE", "APPEND", "SUBTRACT"] as const;

/** Kafka has no config with another name, and brokers are not asked what they would make of one. */
export const configName = v.pipe(
  v.string("must be a string"),
  v.regex(
    /^[a-zA-Z0-9._-]{1,249}$/,
    "must have 1 to 249 characters, all of them letters, digits, dots, dashes or underscores",
  ),
  v.description("The name of a config."),
);

const value = freeText(32_767);

export const setBody = fields({ value });

const changeEntry = v.pipe(
  fields({
    name: configName,
    value: v.optional(v.nullable(value), null),
    operation: v.optional(oneOf(OPERATIONS), "SET"),
  }),
  v.check(
    ({ value: given, operation }) => (given === null) === (operation === "DELETE"),
    "must have a value, unless its operation is DELETE",
  ),
);

/** Of two changes of one config only one could be made, and the client would not know which. */
export function eachNameOnce<T extends { readonly name: string }>() {
  const areOnce = (entries: T[]) => areDistinct(entries, ({ name }) => name);
  return v.check<T[], string>(areOnce, "must not name a config twice");
}

export const changes = v.pipe(
  listOf(changeEntry, MAX_CHANGES),
  v.minLength(1, "must have at least one entry"),
  eachNameOnce(),
);

export const alterBody = fields({
  data: changes,
  validate_only: v.optional(flag, false),
});

export type ConfigChange = v.InferOutput<typeof changeEntry>;

/** The configs of a resource that is there; its ETag is put on the answer. */
export async function readConfigs(
  call: AnyCall,
  resource: ConfigResourceRef,
): Promise<readonly Described[]> {
  const { found, configs, etag } = await call.quorum.read({ what: "configs", resource });
  if (found) {
    call.tag(etag);
    return configs;
  }
  if (resource.type === "topic") throw kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
  throw notFound(`Broker ${resource.name} cannot be found.`);
}

/** One config of a resource. */
export async function readConfig(
  call: AnyCall,
  resource: ConfigResourceRef,
  name: string,
): Promise<Described> {
  const found = (await readConfigs(call, resource)).find((config) => config.name === name);
  if (found === undefined) throw missing(call, resource, name);
  return found;
}

function missing({ clusterId }: AnyCall, resource: ConfigResourceRef, name: string) {
  const type = resource.type.toUpperCase().replace("-", "_");
  // All brokers have no name.
  const what = resource.name === "" ? type : `${type} ${resource.name}`;
  return notFound(`Config ${name} cannot be found for ${what} in cluster ${clusterId}.`);
}

/** Of a broker only those that are set are known; everything else has the configs that it has. Null when none is missing. */
async function whatIsMissing(
  call: AnyCall,
  resource: ConfigResourceRef,
  changes: readonly Pick<ConfigChange, "name">[],
): Promise<HttpError | null> {
  const { found, configs } = await call.quorum.read({ what: "configs", resource });
  if (!found) return kafkaError("UNKNOWN_TOPIC_OR_PARTITION", null);
  const known = new Set(configs.map(({ name }) => name));
  const unknown = changes.find(({ name }) => !known.has(name));
  return unknown === undefined ? null : missing(call, resource, unknown.name);
}

/** Changes configs that the resource must have. What was changed before, under the same key, may be gone since. */
export async function alterKnownConfigs(
  call: AnyCall,
  resource: ConfigResourceRef,
  changes: readonly ConfigChange[],
  options?: AlterOptions,
): Promise<Response> {
  const problem = await whatIsMissing(call, resource, changes).catch((error: unknown) => {
    // Whoever may not look may not change either, and is told so by the change, which is audited.
    if (error instanceof HttpError && error.status === 403) return null;
    throw error;
  });
  if (problem !== null && call.quorum.idempotency === null) throw problem;
  // With a key the controller has to be asked. It refuses to set what there is not, and has nothing to delete there.
  const response = await alterConfigs(call, resource, changes, options).catch((error: unknown) => {
    const isRefusal = error instanceof HttpError && (error.status === 400 || error.status === 404);
    throw isRefusal ? (problem ?? error) : error;
  });
  const isLate = call.quorum.replayed || problem?.errorCode === UNKNOWN_TOPIC;
  if (problem !== null && !isLate) throw problem;
  return response;
}

/** It may have been created meanwhile, or else the change would have been refused. */
const UNKNOWN_TOPIC = 40403;

interface AlterOptions {
  readonly validateOnly: boolean;
}

const NUMBERS: { readonly [T in ConfigResourceRef["type"]]: number } = {
  topic: ConfigResource.TOPIC,
  broker: ConfigResource.BROKER,
  group: ConfigResource.GROUP,
  "client-metrics": ConfigResource.CLIENT_METRICS,
};

/** A resource of an IncrementalAlterConfigs request. */
export function alteration({ type, name }: ConfigResourceRef, changes: readonly ConfigChange[]) {
  return {
    resourceType: NUMBERS[type],
    resourceName: name,
    configs: changes.map((change) => ({
      name: change.name,
      configOperation: ConfigOperation[change.operation],
      value: change.value,
    })),
  };
}

/** Makes changes to one resource, all of them or none. */
export async function alterConfigs(
  call: AnyCall,
  resource: ConfigResourceRef,
  changes: readonly ConfigChange[],
  { validateOnly }: AlterOptions = { validateOnly: false },
): Promise<Response> {
  const { responses } = await call.quorum.write(
    "incrementalAlterConfigs",
    { resources: [alteration(resource, changes)], validateOnly },
    { idempotent: validateOnly, ...call.precondition({ kind: "configs", resource }) },
  );
  const [altered] = responses;
  if (altered === undefined) throw new Error("Cannot read the answer: it names no resource");
  requireNoError(altered.errorCode, altered.errorMessage);
  return call.nothing();
}
