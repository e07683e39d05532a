/**
 * Delegation tokens (KIP-48): secrets by which their owners log in to brokers for a while. Kafka's rules say who may see and
 * change which: the owner, its renewers, and whoever has a right.
 */

import * as v from "valibot";
import { ErrorCode } from "../../../src/base/error-code.ts";
import type { DelegationTokenFacts } from "../../../src/controller/read-result.ts";
import { principalParts } from "../../../src/state/principal.ts";
import type { Call } from "../call.ts";
import { fields, integer, listOf, text } from "../input.ts";
import { kafkaError, requireNoError } from "../kafka-error.ts";
import { pageOf, pageQuery, principal, toToken } from "../parameters.ts";
import { readVisible } from "../read-visible.ts";
import { CLUSTER, type Route, route } from "../route.ts";
import { DELEGATION_TOKEN_SHAPES } from "../shapes/delegation-token-shapes.ts";

const TOKENS = `${CLUSTER}/delegation-tokens`;
const TOKEN = `${TOKENS}/{token_id}`;
const MAX_RENEWERS = 100;
/** Kafka's word for what the controllers have by default. */
const BY_DEFAULT = -1;
/** Kafka's word for what is to go at once. */
const NOW = -1n;
/** The controller knows it. */
const NO_HMAC = new Uint8Array(0);

type AnyCall = Call<unknown, unknown, unknown>;

const tokenId = v.pipe(
  v.string("must be a string"),
  v.regex(
    /^[A-Za-z0-9_-]{22}$/,
    "must have 22 characters, all of them letters, digits, dashes or underscores",
  ),
  v.description("The id of a delegation token."),
);

const renewer = v.pipe(
  text(255),
  v.regex(/^User:(?!\*$).+$/, "must be the principal of a user, such as User:alice"),
);

function tokenJson({ links }: AnyCall, token: DelegationTokenFacts) {
  return {
    ...links.item("KafkaDelegationToken", [["delegation-tokens", token.tokenId]]),
    token_id: token.tokenId,
    owner_principal: token.owner,
    requester_principal: token.requester,
    renewers: token.renewers,
    issue_timestamp_ms: token.issueTimestampMs,
    expiration_timestamp_ms: token.expirationTimestampMs,
    max_timestamp_ms: token.maxTimestampMs,
    hmac: btoa(Array.from(token.hmac, (byte) => String.fromCharCode(byte)).join("")),
  };
}

/** Where Kafka's answer has no words of its own. */
const MESSAGES: Readonly<Record<number, string>> = {
  [ErrorCode.UNSUPPORTED_VERSION]: "Delegation tokens need a metadata.version of 3.6-IV2 at least.",
  [ErrorCode.POLICY_VIOLATION]:
    "There are as many delegation tokens as there may be (quorate.delegation.max.tokens), or a quarter of that of this owner. Those that expire or are removed make room.",
};

/** Throws unless an answer says that all went well. */
function requireDone(errorCode: number): void {
  requireNoError(errorCode, MESSAGES[errorCode] ?? null);
}

function requireEnabled({ disabled }: { readonly disabled: boolean }): void {
  if (disabled) throw kafkaError("DELEGATION_TOKEN_AUTH_DISABLED", null);
}

const list = route({
  method: "GET",
  path: TOKENS,
  operationId: "listDelegationTokens",
  tag: "Security",
  summary: "List delegation tokens",
  description:
    "Those of which the caller is the owner or a renewer need no right; those of an owner may also be seen with DESCRIBE_TOKENS on that user.",
  query: {
    owner_principal: v.optional(v.pipe(principal, v.description("Only those of this owner."))),
    ...pageQuery(100),
  },
  answers: {
    200: {
      description: "A page of the tokens that the caller may see, with their secrets.",
      schema: DELEGATION_TOKEN_SHAPES.KafkaDelegationTokenList,
    },
  },
  right: { operation: "DESCRIBE", resourceType: "DELEGATION_TOKEN", resource: "each" },
  async handle(call) {
    const owner = call.query.owner_principal ?? null;
    const { items, next } = await readVisible(
      call.quorum,
      pageOf(call.query),
      async (page) => {
        const part = await call.quorum.read({ what: "delegation-tokens", owner, page });
        requireEnabled(part);
        return part;
      },
      ({ tokens }) => tokens,
    );
    const data = items.map((token) => tokenJson(call, token));
    const link = next === null ? null : call.nextLink(toToken(next));
    return call.ok(
      call.links.list("KafkaDelegationTokenList", [], "delegation-tokens", data, link),
    );
  },
});

const get = route({
  method: "GET",
  path: TOKEN,
  operationId: "getDelegationToken",
  tag: "Security",
  summary: "Describe a delegation token",
  description: "One that the caller may not see is not found.",
  params: { token_id: tokenId },
  answers: {
    200: {
      description: "The token, with its secret.",
      schema: DELEGATION_TOKEN_SHAPES.KafkaDelegationToken,
    },
  },
  right: "token",
  async handle(call) {
    const { token_id: id } = call.params;
    const found = await call.quorum.read({ what: "delegation-token", tokenId: id });
    requireEnabled(found);
    if (found.token === null) throw kafkaError("DELEGATION_TOKEN_NOT_FOUND", null);
    return call.ok(tokenJson(call, found.token));
  },
});

const create = route({
  method: "POST",
  path: TOKENS,
  operationId: "createDelegationToken",
  tag: "Security",
  summary: "Create a delegation token",
  description: "One's own needs no right.",
  body: fields({
    owner_principal: v.optional(
      v.pipe(principal, v.description("Who is let in by it; the caller when absent.")),
    ),
    renewers: v.optional(
      v.pipe(
        listOf(renewer, MAX_RENEWERS),
        v.description("Who may renew it and let it expire besides its owner."),
      ),
      [],
    ),
    max_lifetime_ms: v.optional(
      v.pipe(
        integer(1, Number.MAX_SAFE_INTEGER),
        v.description(
          "How long it can be renewed; never longer than delegation.token.max.lifetime.ms, which it is when absent.",
        ),
      ),
    ),
  }),
  answers: {
    201: {
      description: "Created.",
      schema: DELEGATION_TOKEN_SHAPES.KafkaDelegationToken,
      headers: { Location: "The token." },
    },
  },
  right: {
    operation: "CREATE_TOKENS",
    resourceType: "USER",
    resource: { in: "body", name: "owner_principal" },
  },
  async handle(call) {
    const { owner_principal: asked, renewers, max_lifetime_ms: maxMs = BY_DEFAULT } = call.body;
    const owner = asked === undefined ? null : principalParts(asked);
    const created = await call.quorum.write(
      "createDelegationToken",
      {
        ownerPrincipalType: owner?.type ?? null,
        ownerPrincipalName: owner?.name ?? null,
        renewers: renewers.map((given) => {
          const { type, name } = principalParts(given);
          return { principalType: type, principalName: name };
        }),
        maxLifetimeMs: BigInt(maxMs),
      },
      { idempotent: false },
    );
    requireDone(created.errorCode);
    // An answer is remembered without it, and cannot be given again once tokens are switched off.
    requireEnabled({ disabled: created.hmac.length === 0 });
    const token = tokenJson(call, {
      tokenId: created.tokenId,
      owner: `${created.principalType}:${created.principalName}`,
      requester: `${created.tokenRequesterPrincipalType}:${created.tokenRequesterPrincipalName}`,
      renewers,
      issueTimestampMs: Number(created.issueTimestampMs),
      expirationTimestampMs: Number(created.expiryTimestampMs),
      maxTimestampMs: Number(created.maxTimestampMs),
      hmac: created.hmac,
    });
    return call.created(token, token.metadata.self);
  },
});

interface Expiration {
  readonly errorCode: number;
  readonly expiryTimestampMs: bigint;
}

function expirationJson({ links }: AnyCall, id: string, { expiryTimestampMs }: Expiration) {
  return {
    ...links.item("KafkaDelegationTokenExpiration", [["delegation-tokens", id]]),
    token_id: id,
    expiration_timestamp_ms: Number(expiryTimestampMs),
  };
}

const EXPIRES = {
  200: {
    description: "When it expires now.",
    schema: DELEGATION_TOKEN_SHAPES.KafkaDelegationTokenExpiration,
  },
};
const OWN_ONLY = "The owner of the token and its renewers may do this.";

const renew = route({
  method: "POST",
  path: `${TOKEN}/renewal`,
  operationId: "renewDelegationToken",
  tag: "Security",
  summary: "Renew a delegation token",
  description: OWN_ONLY,
  params: { token_id: tokenId },
  body: fields({
    period_ms: v.optional(
      v.pipe(
        integer(1, Number.MAX_SAFE_INTEGER),
        v.description(
          "How long it is good from now on; never longer than delegation.token.expiry.time.ms, which it is when absent.",
        ),
      ),
    ),
  }),
  answers: EXPIRES,
  right: "token",
  async handle(call) {
    const { token_id: id } = call.params;
    const renewed = await call.quorum.write(
      "renewDelegationToken",
      { hmac: NO_HMAC, renewPeriodMs: BigInt(call.body.period_ms ?? BY_DEFAULT) },
      { idempotent: false, delegationTokenId: id },
    );
    requireDone(renewed.errorCode);
    return call.ok(expirationJson(call, id, renewed));
  },
});

const expire = route({
  method: "POST",
  path: `${TOKEN}/expiration`,
  operationId: "expireDelegationToken",
  tag: "Security",
  summary: "Say when a delegation token expires",
  description: OWN_ONLY,
  params: { token_id: tokenId },
  body: fields({
    period_ms: v.pipe(
      integer(0, Number.MAX_SAFE_INTEGER),
      v.description("How long it is good from now on; never beyond max_timestamp_ms."),
    ),
  }),
  answers: EXPIRES,
  right: "token",
  async handle(call) {
    const { token_id: id } = call.params;
    const expired = await call.quorum.write(
      "expireDelegationToken",
      { hmac: NO_HMAC, expiryTimePeriodMs: BigInt(call.body.period_ms) },
      { idempotent: false, delegationTokenId: id },
    );
    requireDone(expired.errorCode);
    return call.ok(expirationJson(call, id, expired));
  },
});

const remove = route({
  method: "DELETE",
  path: TOKEN,
  operationId: "removeDelegationToken",
  tag: "Security",
  summary: "Let a delegation token expire at once",
  description: OWN_ONLY,
  params: { token_id: tokenId },
  answers: { 204: { description: "Expired, and gone.", schema: null } },
  right: "token",
  async handle(call) {
    const { token_id: id } = call.params;
    const { errorCode } = await call.quorum.write(
      "expireDelegationToken",
      { hmac: NO_HMAC, expiryTimePeriodMs: NOW },
      { idempotent: false, delegationTokenId: id },
    );
    requireDone(errorCode);
    return call.nothing();
  },
});

export const delegationTokenRoutes: readonly Route[] = [list, create, get, remove, renew, expire];
