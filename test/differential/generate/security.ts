/** ACLs, SCRAM credentials, delegation tokens, and what a connection without SASL says of SASL. */

import type { Random } from "../random.ts";
import { type Body, bareRequest, type Principal } from "../step.ts";
import { symbol } from "../symbols.ts";
import { type Context, type Draft, PRINCIPALS, TOPIC_NAMES } from "./context.ts";

const HOSTS = [
  "*",
  "127.0.0.1",
  "10.0.0.1",
  "10.0.0.0/8",
  "10.0.0.0/99",
  "not a host",
  "",
  "::1",
  "2001:db8::/32",
];
const PRINCIPAL_NAMES = ["User:alice", "User:bob", "User:carol", "User:*", "Group:ops"];
const WRONG_PRINCIPALS = ["alice", "", ":", "User:", ":alice"];
/** Few enough to come back to what was done to one. */
const RECENT_TOKENS = 3;
const DAY_MS = 86_400_000n;

function someResourceName(random: Random, resourceType: number): string {
  if (resourceType === 4 && random.chance(0.85)) return "kafka-cluster";
  return random.chance(0.9)
    ? random.pick([...TOPIC_NAMES, "*", "or", "pay"])
    : random.pick(["", "kafka-cluster"]);
}

function someAcl(random: Random): Body {
  const good = random.chance(0.75);
  const resourceType = good ? random.pick([2, 2, 2, 3, 4, 5, 6, 7]) : random.between(-1, 8);
  return {
    resourceType,
    resourceName: someResourceName(random, resourceType),
    resourcePatternType: good ? random.pick([3, 3, 4]) : random.between(-1, 5),
    principal: random.chance(0.95) ? random.pick(PRINCIPAL_NAMES) : random.pick(WRONG_PRINCIPALS),
    host: random.chance(0.85) ? random.pick(["*", "127.0.0.1"]) : random.pick(HOSTS),
    operation: good ? random.pick([2, 3, 4, 5, 6, 7, 8, 10, 11, 9, 12]) : random.between(-1, 16),
    permissionType: good ? random.pick([2, 3, 3]) : random.between(-1, 4),
  };
}

export function createAcls({ random, model }: Context): Draft {
  const most = model.acls.size > 40 ? 1 : 3;
  const creations = random.many(random.chance(0.03) ? 0 : 1, most, () => someAcl(random));
  if (random.chance(0.1)) creations.push(...creations.slice(0, 1));
  return { body: { creations } };
}

function someFilter(context: Context): Body {
  const { random, model } = context;
  const known = random.pickOrNull([...model.acls.values()]);
  const exact: Body =
    known === null ? someAcl(random) : { ...known, resourcePatternType: known.patternType };
  const maybe = <T>(value: T, any: T): T => (random.chance(0.6) ? value : any);
  const filter = {
    resourceTypeFilter: maybe(exact.resourceType, 1),
    resourceNameFilter: maybe(exact.resourceName, null),
    patternTypeFilter: maybe(exact.resourcePatternType, random.pick([1, 2, 3])),
    principalFilter: maybe(exact.principal, null),
    hostFilter: maybe(exact.host, null),
    operation: maybe(exact.operation, 1),
    permissionType: maybe(exact.permissionType, 1),
  };
  if (random.chance(0.85)) return filter;
  return random.pick<Body>([
    { ...filter, resourceTypeFilter: random.pick([0, -1, 9]) },
    { ...filter, patternTypeFilter: random.pick([0, -1, 9]) },
    { ...filter, patternTypeFilter: 0 },
    { ...filter, operation: random.pick([0, -1, 99]) },
    { ...filter, permissionType: random.pick([0, -1, 9]) },
    { ...filter, resourceNameFilter: "" },
    { ...filter, principalFilter: "" },
    { ...filter, hostFilter: "" },
  ]);
}

export function deleteAcls(context: Context): Draft {
  const { random } = context;
  const filters = random.many(random.chance(0.03) ? 0 : 1, 2, () => someFilter(context));
  return { body: { filters } };
}

export function describeAcls(context: Context): Draft {
  return { body: someFilter(context) };
}

const USERS = ["alice", "bob", "dave"];

export function alterUserScramCredentials(context: Context): Draft {
  const { random, model } = context;
  const someUser = (): string =>
    random.chance(0.93) ? random.pick(USERS) : random.pick(["", "x".repeat(300)]);
  const someMechanism = (): number =>
    random.chance(0.9) ? random.pick([1, 2]) : random.pick([0, 3, -1, 127]);
  const deletions = random.many(0, 2, () => {
    const known = random.pickOrNull([...model.credentials.values()]);
    if (known !== null && random.chance(0.7))
      return { name: known.name, mechanism: known.mechanism };
    return { name: someUser(), mechanism: someMechanism() };
  });
  const upsertions = random.many(0, 2, () => ({
    name: someUser(),
    mechanism: someMechanism(),
    iterations: random.chance(0.8)
      ? random.pick([4096, 8192, 16_384])
      : random.pick([4095, 16_385, 0, -1, 2_147_483_647]),
    salt: random.bytes(random.pick([0, 1, 16])),
    saltedPassword: random.bytes(random.pick([0, 1, 32, 64])),
  }));
  return { body: { deletions, upsertions } };
}

/** Never of all users: an Apache controller fails to say that it does not serve this, and says nothing. */
export function describeUserScramCredentials({ random }: Context): Draft {
  const users = random.oneOf<Body[]>([
    [1, () => []],
    [4, () => random.many(1, 3, () => ({ name: random.pick([...USERS, "nobody", ""]) }))],
  ]);
  return { body: { users } };
}

/** Tokens are only given to whoever is authenticated, which is whoever a broker forwards for. */
function someRequester(random: Random): Principal | null {
  return random.chance(0.75) ? random.pick(PRINCIPALS) : null;
}

export function createDelegationToken({ random }: Context): Draft {
  const renewers = random.many(0, 2, () => somePrincipal(random));
  const owner = random.oneOf<Body>([
    [6, () => ({ ownerPrincipalType: null, ownerPrincipalName: null })],
    [1, () => ({ ownerPrincipalType: "", ownerPrincipalName: "" })],
    [
      3,
      () => ({
        ownerPrincipalType: "User",
        ownerPrincipalName: random.pick(["alice", "bob", "zoe"]),
      }),
    ],
    [1, () => ({ ownerPrincipalType: "Group", ownerPrincipalName: "ops" })],
  ]);
  const maxLifetimeMs = random.pick([-1n, -1n, 0n, 1n * DAY_MS, 30n * DAY_MS, -2n]);
  return { body: { ...owner, renewers, maxLifetimeMs }, principal: someRequester(random) };
}

function somePrincipal(random: Random): Body {
  return random.chance(0.85)
    ? { principalType: "User", principalName: random.pick(["alice", "bob", "carol"]) }
    : random.pick([
        { principalType: "Group", principalName: "ops" },
        { principalType: "", principalName: "" },
      ]);
}

/** The HMAC of a token, mostly in the name of whoever owns it. */
function someToken(context: Context): { hmac: Uint8Array | string; principal: Principal | null } {
  const { random, model } = context;
  const token = random.pickOrNull([...model.tokens.values()].slice(-RECENT_TOKENS));
  if (token === null || random.chance(0.12)) {
    return { hmac: random.bytes(random.pick([0, 20, 64])), principal: someRequester(random) };
  }
  const owner = PRINCIPALS.find(({ type, name }) => `${type}:${name}` === token.owner);
  const isOwners = owner !== undefined && random.chance(0.5);
  return {
    hmac: symbol(`hmac/${String(token.tokenId).slice(1)}`),
    principal: isOwners ? owner : someRequester(random),
  };
}

export function renewDelegationToken(context: Context): Draft {
  const renewPeriodMs = context.random.pick([-1n, 1n * DAY_MS, 3_600_000n, 100n * DAY_MS, 0n, -5n]);
  const { hmac, principal } = someToken(context);
  const draft = { body: { hmac, renewPeriodMs }, principal };
  if (renewPeriodMs !== 0n) return draft;
  // What ends now is too late for anything that comes after.
  const { min: version } = context.versions.get("renewDelegationToken") ?? { min: 1 };
  const renewal = bareRequest("renewDelegationToken", version, { hmac, renewPeriodMs: -1n });
  const expiry = bareRequest("expireDelegationToken", version, { hmac, expiryTimePeriodMs: 0n });
  return { ...draft, followUps: [renewal, expiry].map((step) => ({ ...step, principal })) };
}

export function expireDelegationToken(context: Context): Draft {
  const expiryTimePeriodMs = context.random.pick([-1n, 1n * DAY_MS, 3_600_000n, 100n * DAY_MS]);
  const { hmac, principal } = someToken(context);
  return { body: { hmac, expiryTimePeriodMs }, principal };
}

export function describeDelegationToken({ random }: Context): Draft {
  const owners = random.oneOf<Body[] | null>([
    [3, () => null],
    [1, () => []],
    [4, () => random.many(1, 2, () => somePrincipal(random))],
  ]);
  return { body: { owners }, principal: someRequester(random) };
}

export function saslHandshake({ random }: Context): Draft {
  return {
    body: { mechanism: random.pick(["PLAIN", "SCRAM-SHA-256", "GSSAPI", "", "x"]) },
    principal: null,
  };
}

export function saslAuthenticate({ random }: Context): Draft {
  return { body: { authBytes: random.bytes(random.pick([0, 1, 30])) }, principal: null };
}
