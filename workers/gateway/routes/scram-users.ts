/** SCRAM users: who there is, setting and deleting their credentials. Nothing secret is ever shown. */

import * as v from "valibot";
import type { ScramCredentialFacts } from "../../../src/controller/read-result.ts";
import { MAX_ITERATIONS, MIN_ITERATIONS } from "../../../src/state/scram-keys.ts";
import type { Call } from "../call.ts";
import { fields, freeText, integer, oneOf, text } from "../input.ts";
import { badRequest, notFound, requireNoError } from "../kafka-error.ts";
import { consistencyQuery, pageOf, pageQuery, toToken } from "../parameters.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import {
  type Salted,
  SCRAM_MECHANISMS,
  type ScramMechanism,
  saltedBytes,
  saltPassword,
  scramMechanismNumber,
} from "../scram.ts";
import { SECURITY_SHAPES } from "../shapes/security-shapes.ts";

const USERS = `${CLUSTER}/scram-users`;
const USER = `${USERS}/{user_name}`;
const CREDENTIAL = `${USER}/{mechanism}`;
const DEFAULT_ITERATIONS = 8192;

const userName = v.pipe(text(1000), v.description("The name of a user."));
const mechanism = oneOf(SCRAM_MECHANISMS);
const SEE = { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" } as const;
const CHANGE = { operation: "ALTER", resourceType: "CLUSTER", resource: "cluster" } as const;

function credentialJson(call: Call<unknown, unknown, unknown>, credential: ScramCredentialFacts) {
  const name = SCRAM_MECHANISMS[credential.mechanism - 1] ?? "";
  const item = call.links.item("KafkaScramCredential", [["scram-users", credential.name]]);
  return {
    ...item,
    metadata: {
      self: `${item.metadata.self}/${name}`,
      resource_name: `${item.metadata.resource_name}/mechanism=${name}`,
    },
    user_name: credential.name,
    mechanism: name,
    iterations: credential.iterations,
  };
}

async function credentialsOf(
  { quorum }: Call<unknown, unknown, unknown>,
  name: string,
): Promise<readonly ScramCredentialFacts[]> {
  // No mechanism has the number 0, so the page begins with the first of the user.
  const page = { after: JSON.stringify([name, 0]), limit: SCRAM_MECHANISMS.length };
  const { credentials } = await quorum.read({ what: "scram-credentials", page });
  return credentials.filter((credential) => credential.name === name);
}

const list = route({
  method: "GET",
  path: USERS,
  operationId: "listScramUsers",
  tag: "Security",
  summary: "List the SCRAM credentials of all users",
  query: { ...pageQuery(1000), ...consistencyQuery },
  answers: {
    200: {
      description: "A page of credentials, without their keys.",
      schema: SECURITY_SHAPES.KafkaScramCredentialList,
    },
  },
  right: SEE,
  async handle(call) {
    const read = { what: "scram-credentials", page: pageOf(call.query) } as const;
    const { credentials, next } = await call.quorum.read(read);
    const data = credentials.map((credential) => credentialJson(call, credential));
    const link = next === null ? null : call.nextLink(toToken(next));
    return call.ok(call.links.list("KafkaScramCredentialList", [], "scram-users", data, link));
  },
});

const get = route({
  method: "GET",
  path: USER,
  operationId: "getScramUser",
  tag: "Security",
  summary: "List the SCRAM credentials of a user",
  params: { user_name: userName },
  query: consistencyQuery,
  answers: {
    200: {
      description: "One for each mechanism that the user can use.",
      schema: SECURITY_SHAPES.KafkaScramCredentialList,
    },
  },
  right: SEE,
  async handle(call) {
    const name = call.params.user_name;
    const credentials = await credentialsOf(call, name);
    if (credentials.length === 0) throw notFound(`User ${name} has no SCRAM credentials.`);
    const data = credentials.map((credential) => credentialJson(call, credential));
    const collection = `scram-users/${encodeURIComponent(name)}`;
    return call.ok(call.links.list("KafkaScramCredentialList", [], collection, data));
  },
});

const getOne = route({
  method: "GET",
  path: CREDENTIAL,
  operationId: "getScramCredential",
  tag: "Security",
  summary: "Describe a SCRAM credential",
  params: { user_name: userName, mechanism },
  query: consistencyQuery,
  answers: {
    200: {
      description: "The credential, without its keys.",
      schema: SECURITY_SHAPES.KafkaScramCredential,
    },
  },
  right: SEE,
  async handle(call) {
    const { user_name: name, mechanism: asked } = call.params;
    const number = scramMechanismNumber(asked);
    const found = (await credentialsOf(call, name)).find((each) => each.mechanism === number);
    if (found === undefined) throw notFound(`User ${name} has no credential for ${asked}.`);
    return call.ok(credentialJson(call, found));
  },
});

const base64 = v.pipe(
  v.string("must be a string"),
  v.maxLength(1000, "must have at most 1000 characters"),
  // Valibot ignores case as Unicode does, and takes signs that are no base64: the one of Kelvin for a k.
  v.check((given) => ASCII.test(given), "must be base64"),
  v.base64("must be base64"),
);

const ASCII = /^[ -~]*$/;

const credentialBody = v.pipe(
  fields({
    password: v.optional(v.pipe(freeText(1000), v.minLength(1, "must not be empty"))),
    salted_password: v.optional(base64),
    salt: v.optional(base64),
    iterations: v.optional(integer(MIN_ITERATIONS, MAX_ITERATIONS), DEFAULT_ITERATIONS),
  }),
  v.check(
    (given) =>
      given.password === undefined
        ? given.salted_password !== undefined && given.salt !== undefined
        : given.salted_password === undefined && given.salt === undefined,
    "must have either password, or salted_password and salt",
  ),
);

async function salted(
  body: v.InferOutput<typeof credentialBody>,
  name: ScramMechanism,
): Promise<Salted> {
  if (body.password !== undefined) {
    return saltPassword(body.password, { mechanism: name, iterations: body.iterations });
  }
  const saltedPassword = bytesOf(body.salted_password ?? "");
  const salt = bytesOf(body.salt ?? "");
  if (saltedPassword.length !== saltedBytes(name)) {
    throw badRequest(
      `Field "salted_password" must have ${saltedBytes(name)} bytes for ${name}, as base64.`,
    );
  }
  if (salt.length === 0) throw badRequest('Field "salt" must not be empty.');
  return { saltedPassword, salt };
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

const set = route({
  method: "PUT",
  path: CREDENTIAL,
  operationId: "setScramCredential",
  tag: "Security",
  summary: "Set a SCRAM credential of a user",
  description:
    "With a password, which is salted here and then forgotten, or with one that the client has salted itself (PBKDF2).",
  params: { user_name: userName, mechanism },
  body: credentialBody,
  secrets: ["password", "salted_password", "salt"],
  answers: { 204: { description: "Set.", schema: null } },
  right: CHANGE,
  async handle(call) {
    const { user_name: name, mechanism: by } = call.params;
    const { iterations } = call.body;
    const secrets = await salted(call.body, by);
    const upsertion = { name, mechanism: scramMechanismNumber(by), iterations, ...secrets };
    const { results } = await call.quorum.write(
      "alterUserScramCredentials",
      { deletions: [], upsertions: [upsertion] },
      { idempotent: false },
    );
    const [result] = results;
    if (result === undefined) throw new Error("Cannot read the answer: it names no user");
    requireNoError(result.errorCode, result.errorMessage);
    return call.nothing();
  },
});

const remove = route({
  method: "DELETE",
  path: CREDENTIAL,
  operationId: "deleteScramCredential",
  tag: "Security",
  summary: "Delete a SCRAM credential of a user",
  params: { user_name: userName, mechanism },
  answers: { 204: { description: "Deleted.", schema: null } },
  right: CHANGE,
  async handle(call) {
    const { user_name: name, mechanism: by } = call.params;
    const { results } = await call.quorum.write(
      "alterUserScramCredentials",
      { deletions: [{ name, mechanism: scramMechanismNumber(by) }], upsertions: [] },
      { idempotent: false },
    );
    const [result] = results;
    if (result === undefined) throw new Error("Cannot read the answer: it names no user");
    requireNoError(result.errorCode, result.errorMessage);
    return call.nothing();
  },
});

export const scramRoutes: readonly Route[] = [list, get, getOne, set, remove];
