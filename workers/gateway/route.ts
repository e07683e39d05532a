/**
 * Routes as data. One table of them feeds the router, the checks of what clients send, the refusal of other methods, the
 * OpenAPI document and the rights that callers need.
 */

import * as v from "valibot";
import type { Operation, ResourceType } from "../../src/state/authorizer.ts";
import type { Call } from "./call.ts";
import { IF_NONE_MATCH } from "./etags.ts";
import { IDEMPOTENCY_KEY } from "./idempotency.ts";
import type { ErrorStatus } from "./kafka-error.ts";
import { MAX_BATCH_BODY_BYTES, MAX_BODY_BYTES } from "./sizes.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** What the caller must be allowed to do, in the words of Kafka's ACLs. */
export interface Right {
  readonly operation: keyof typeof Operation;
  readonly resourceType: keyof typeof ResourceType;
  /**
   * Where the name of the resource stands; "cluster" when it is the cluster, "each" when the answer has or the body names
   * many, each of which is judged by itself.
   */
  readonly resource:
    | { readonly in: "path" | "body" | "query"; readonly name: string }
    | "cluster"
    | "each";
}

/** One answer that is no error. */
export interface Answer {
  readonly description: string;
  /** Null when there is no body. */
  readonly schema: v.GenericSchema | null;
  /** application/json when absent. */
  readonly mediaType?: string;
  /** Headers beyond those that every answer has, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Declared {
  readonly method: Method;
  /** In OpenAPI's notation: `{name}` stands for a parameter. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Request headers that the handler looks at, with what they do. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Beyond those that follow from the rest of the route. */
  readonly errors?: readonly ErrorStatus[];
  /** "token" when a token of whomever will do; null for what anybody may ask. */
  readonly right: Right | "token" | null;
  /** A second right that is needed as well. */
  readonly alsoNeeds?: Right;
  /** Whether it does many things at once, so that its body may be larger. */
  readonly isBatch?: boolean;
  /** True for the one that takes the bootstrap token instead of an access token. */
  readonly createsCluster?: boolean;
  /** Of a change: why it takes no Idempotency-Key. Absent for those that do. */
  readonly refusesKey?: string;
  /** Fields of the body that are secret. */
  readonly secrets?: readonly string[];
}

/** A route with what it takes: parameters of the path and the query, a JSON body. */
export interface RouteSpec<
  P extends v.ObjectEntries,
  Q extends v.ObjectEntries,
  B extends v.GenericSchema,
> extends Declared {
  /** Those of the path but `cluster_id`, which the table adds. */
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  handle(call: Call<OutputOf<P>, OutputOf<Q>, v.InferOutput<B>>): Promise<Response>;
}

type OutputOf<E extends v.ObjectEntries> = v.InferOutput<v.ObjectSchema<E, undefined>>;

/** A route as the app serves it. */
export interface Route extends Declared {
  readonly params: v.ObjectEntries;
  readonly query: v.ObjectEntries;
  readonly body: v.GenericSchema | null;
  readonly maxBodyBytes: number;
  /** Whether it changes something and can be sent again under a key. */
  readonly takesKey: boolean;
  handle(call: Call<never, never, never>): Promise<Response>;
}

const KEY_HEADER = {
  [IDEMPOTENCY_KEY]:
    "1 to 255 visible ASCII characters. The same request again under the same key, within an hour, changes nothing and gets the first answer.",
};
const REPLAYED_HEADER = {
  "Idempotency-Replayed": "true when this is what the same request was answered before.",
};

const clusterId = v.pipe(v.string(), v.description("The id of the cluster."));

/** Declares a route; what the handler is given has the types of the schemas. */
export function route<
  P extends v.ObjectEntries = Record<never, never>,
  Q extends v.ObjectEntries = Record<never, never>,
  B extends v.GenericSchema = v.GenericSchema<null>,
>(spec: RouteSpec<P, Q, B>): Route {
  const takesKey = spec.method !== "GET" && spec.refusesKey === undefined;
  return {
    ...spec,
    ...(takesKey ? withKey(spec) : {}),
    takesKey,
    maxBodyBytes: spec.isBatch === true ? MAX_BATCH_BODY_BYTES : MAX_BODY_BYTES,
    params: { ...(isOfCluster(spec) ? { cluster_id: clusterId } : {}), ...spec.params },
    query: spec.query ?? {},
    body: spec.body ?? null,
    handle: spec.handle as unknown as Route["handle"],
  };
}

export const HAS_ETAG = { ETag: "What the resource looks like; for If-Match and If-None-Match." };

/** What a read declares that gives out an ETag: its answer, and the one to whoever has that already. */
export function tagged(answer: Omit<Answer, "headers">): Pick<Declared, "headers" | "answers"> {
  const unchanged = "The resource has an ETag that If-None-Match names.";
  return {
    headers: { [IF_NONE_MATCH]: "Answer with 304 when the resource has one of these ETags." },
    answers: {
      200: { ...answer, headers: HAS_ETAG },
      304: { description: unchanged, schema: null, headers: HAS_ETAG },
    },
  };
}

/** What the document says of a key that a change takes. */
function withKey({ headers, answers }: Declared): Pick<Declared, "headers" | "answers"> {
  const replayed = Object.entries(answers).map(([status, answer]) => [
    status,
    { ...answer, headers: { ...answer.headers, ...REPLAYED_HEADER } },
  ]);
  return { headers: { ...headers, ...KEY_HEADER }, answers: Object.fromEntries(replayed) };
}

/** The path in Hono's notation. */
export function honoPath({ path }: Pick<Route, "path">): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** Whether the path is below a cluster, whose id is checked first. */
export function isOfCluster({ path }: Pick<Route, "path">): boolean {
  return path.startsWith(CLUSTER);
}

export const CLUSTERS = "/kafka/v3/clusters";
export const CLUSTER = `${CLUSTERS}/{cluster_id}`;

/** In the order in which the documentation has them. */
export const TAGS = {
  Cluster: "The cluster, and whether it can be reached.",
  Topics: "Topics, their partitions and replicas.",
  Configs: "Configs of topics, brokers, groups and client metrics.",
  Brokers: "Brokers, also those that do not speak Kafka's protocol.",
  Partitions: "Where partitions are and who leads them: reassignments and elections.",
  Security: "Access tokens, delegation tokens, access control lists and SCRAM users.",
  Quotas: "What clients may use.",
  Features: "Levels of features that the cluster has finalized.",
  Quorum: "The controllers.",
  Log: "The metadata log and the image that it amounts to.",
  "Data plane": "What only brokers can answer.",
  Documentation: "This API, described by itself.",
} as const;

export type Tag = keyof typeof TAGS;
