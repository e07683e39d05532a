/** Access tokens: who has some, making, rotating and revoking them, and whom one lets in. A secret is shown once. */

import * as v from "valibot";
import type { AccessTokenFacts } from "../../../src/controller/sender.ts";
import { secretHash, tokenText } from "../bearer.ts";
import { base64url, TOKEN_ID_BYTES, tokenIdOf } from "../bootstrap.ts";
import type { Call } from "../call.ts";
import { fields, integer, text } from "../input.ts";
import { notFound } from "../kafka-error.ts";
import { pageOf, pageQuery, principal, toToken } from "../parameters.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { TOKEN_SHAPES } from "../shapes/token-shapes.ts";

const TOKENS = `${CLUSTER}/access-tokens`;
const TOKEN = `${TOKENS}/{token_id}`;
const SECRET_BYTES = 32;
const MAX_SECONDS = 10 * 365 * 24 * 3600;
const MAX_OVERLAP_SECONDS = 7 * 24 * 3600;

const SEE = { operation: "DESCRIBE", resourceType: "CLUSTER", resource: "cluster" } as const;
const CHANGE = { operation: "ALTER", resourceType: "CLUSTER", resource: "cluster" } as const;
const NOT_KEPT =
  "its answer shows a secret, which is kept nowhere, so nobody could show it again. Revoke the token that was lost and send the request again.";

const tokenId = v.pipe(
  v.string("must be a string"),
  v.regex(
    /^[A-Za-z0-9_-]{12}$/,
    "must have 12 characters, all of them letters, digits, dashes or underscores",
  ),
  v.description("The id of an access token: the 12 characters behind kr_."),
);

type AnyCall = Call<unknown, unknown, unknown>;

function tokenJson({ links }: AnyCall, token: AccessTokenFacts) {
  return {
    ...links.item("KafkaAccessToken", [["access-tokens", token.tokenId]]),
    token_id: token.tokenId,
    principal: token.principal,
    description: token.description,
    created_timestamp_ms: token.createdTimestampMs,
    expiration_timestamp_ms: token.expirationTimestampMs,
    previous_expiration_timestamp_ms: token.previousExpirationTimestampMs,
  };
}

function randomBytes(size: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(size));
}

function newSecret(): string {
  return base64url(randomBytes(SECRET_BYTES));
}

const list = route({
  method: "GET",
  path: TOKENS,
  operationId: "listAccessTokens",
  tag: "Security",
  summary: "List access tokens",
  query: pageQuery(1000),
  answers: {
    200: {
      description: "A page of tokens, without their secrets.",
      schema: TOKEN_SHAPES.KafkaAccessTokenList,
    },
  },
  right: SEE,
  async handle(call) {
    const read = { what: "access-tokens", page: pageOf(call.query) } as const;
    const { tokens, next } = await call.quorum.read(read);
    const data = tokens.map((token) => tokenJson(call, token));
    const link = next === null ? null : call.nextLink(toToken(next));
    return call.ok(call.links.list("KafkaAccessTokenList", [], "access-tokens", data, link));
  },
});

const get = route({
  method: "GET",
  path: TOKEN,
  operationId: "getAccessToken",
  tag: "Security",
  summary: "Describe an access token",
  description: "One's own needs no right.",
  params: { token_id: tokenId },
  answers: { 200: { description: "The token.", schema: TOKEN_SHAPES.KafkaAccessToken } },
  right: SEE,
  async handle(call) {
    const { token_id: id } = call.params;
    const { token } = await call.quorum.read({ what: "access-token", tokenId: id });
    if (token === null) throw notFound(`Access token ${id} cannot be found.`);
    return call.ok(tokenJson(call, token));
  },
});

const create = route({
  method: "POST",
  path: TOKENS,
  operationId: "createAccessToken",
  tag: "Security",
  summary: "Create an access token",
  description: "It may do what its principal may. The answer shows it, once.",
  refusesKey: NOT_KEPT,
  body: fields({
    principal: v.optional(
      v.pipe(principal, v.description("Whose it is; the caller's own when absent.")),
    ),
    description: v.optional(text(1000), ""),
    expires_in_seconds: v.optional(
      v.pipe(
        v.nullable(integer(1, MAX_SECONDS)),
        v.description("Null, as when absent, for a token that does not expire."),
      ),
      null,
    ),
  }),
  answers: {
    201: {
      description: "Created.",
      schema: TOKEN_SHAPES.KafkaAccessTokenShown,
      headers: { Location: "The token." },
    },
  },
  right: CHANGE,
  async handle(call) {
    const { body, quorum } = call;
    const owner = body.principal ?? (await quorum.authenticate(null)).principal;
    const made = { tokenId: tokenIdOf(randomBytes(TOKEN_ID_BYTES)), secret: newSecret() };
    const { token } = await quorum.changeToken({
      what: "create",
      tokenId: made.tokenId,
      principal: owner,
      secretHash: await secretHash(made.secret),
      description: body.description,
      lifetimeMs: body.expires_in_seconds === null ? null : 1000 * body.expires_in_seconds,
    });
    const shown = { ...tokenJson(call, token), access_token: tokenText(made) };
    return call.created(shown, shown.metadata.self);
  },
});

const rotate = route({
  method: "POST",
  path: `${TOKEN}/rotation`,
  operationId: "rotateAccessToken",
  tag: "Security",
  summary: "Give an access token another secret",
  description: "The answer shows the token, once. One's own needs no right.",
  params: { token_id: tokenId },
  refusesKey: NOT_KEPT,
  body: fields({
    overlap_seconds: v.optional(
      v.pipe(
        integer(0, MAX_OVERLAP_SECONDS),
        v.description("How long the secret before is good beside the new one."),
      ),
      0,
    ),
  }),
  answers: { 200: { description: "Rotated.", schema: TOKEN_SHAPES.KafkaAccessTokenShown } },
  right: CHANGE,
  async handle(call) {
    const { token_id: id } = call.params;
    const secret = newSecret();
    const { token } = await call.quorum.changeToken({
      what: "rotate",
      tokenId: id,
      secretHash: await secretHash(secret),
      overlapMs: 1000 * call.body.overlap_seconds,
    });
    const shown = { ...tokenJson(call, token), access_token: tokenText({ tokenId: id, secret }) };
    return call.ok(shown);
  },
});

const revoke = route({
  method: "DELETE",
  path: TOKEN,
  operationId: "revokeAccessToken",
  tag: "Security",
  summary: "Revoke an access token",
  description:
    "Changes that are decided after this do not accept it any more. One's own needs no right.",
  params: { token_id: tokenId },
  refusesKey:
    "a token that is revoked is gone. Sending the request again is answered with 404 then.",
  answers: { 204: { description: "Revoked.", schema: null } },
  right: CHANGE,
  async handle(call) {
    await call.quorum.revokeToken(call.params.token_id);
    return call.nothing();
  },
});

const caller = route({
  method: "GET",
  path: `${CLUSTER}/caller`,
  operationId: "getCaller",
  tag: "Security",
  summary: "Tell whom the access token lets in",
  answers: { 200: { description: "Who asks.", schema: TOKEN_SHAPES.KafkaCaller } },
  right: "token",
  async handle(call) {
    const { principal: name, tokenId: id } = await call.quorum.authenticate(null);
    const self = call.links.url([], "caller");
    const { metadata, ...item } = call.links.item("KafkaCaller", []);
    const named = { self, resource_name: `${metadata.resource_name}/caller` };
    return call.ok({ ...item, metadata: named, principal: name, token_id: id });
  },
});

export const accessTokenRoutes: readonly Route[] = [list, create, get, revoke, rotate, caller];
