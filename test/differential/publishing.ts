/**
 * An Apache controller reads ACLs, tokens and features through publishers of their own, a moment after it has answered.
 * Ours knows at once. So that both are asked of the same state, the next step waits until Apache has read the last.
 */

import type { ApiName } from "../../src/protocol/apis.ts";
import type { ClusterModel } from "./model.ts";
import type { NormalRecord } from "./normalize.ts";
import type { Side } from "./side.ts";
import type { Body, Principal } from "./step.ts";
import { symbol } from "./symbols.ts";

const TIMEOUT_MS = 10_000;
const MOMENT_MS = 5;
const TOKEN_UPDATE_MS = 100;
const DELEGATION_TOKEN_NOT_FOUND = 62;
const NOBODY: Principal = { type: "User", name: "nobody", tokenAuthenticated: false };
const EVERY_ACL: Body = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  patternTypeFilter: 1,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
};

/** Resolves once Apache acts upon `records`, which `model` has already. */
export async function awaitPublished(
  apache: Side,
  model: ClusterModel,
  records: readonly NormalRecord[],
): Promise<void> {
  const types = new Set(records.map(({ type }) => type));
  if (types.has("accessControlEntry") || types.has("removeAccessControlEntry")) {
    await until(async () => (await countAcls(apache)) === model.acls.size);
  }
  if (types.has("featureLevel")) await until(async () => await hasLevels(apache, model));
  for (const { type, data } of records) {
    if (type !== "delegationToken" && type !== "removeDelegationToken") continue;
    const token = String(data.tokenId);
    await until(async () => (await knowsToken(apache, token)) === model.tokens.has(token));
    // Nothing tells when a new expiry of a token has been read.
    if (type === "delegationToken") await sleep(TOKEN_UPDATE_MS);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + TIMEOUT_MS;
  while (!(await isSo())) {
    if (Date.now() > deadlineMs) throw new Error("Apache has not read what it has written");
    await sleep(MOMENT_MS);
  }
}

async function countAcls(apache: Side): Promise<number> {
  const { resources } = await ask(apache, "describeAcls", EVERY_ACL);
  return (resources as readonly { acls: readonly unknown[] }[]).reduce(
    (count, { acls }) => count + acls.length,
    0,
  );
}

async function hasLevels(apache: Side, { features }: ClusterModel): Promise<boolean> {
  const body = { clientSoftwareName: "differential", clientSoftwareVersion: "1" };
  const { finalizedFeatures } = await ask(apache, "apiVersions", body, 3);
  const told = new Map(
    (finalizedFeatures as readonly { name: string; maxVersionLevel: number }[]).map(
      ({ name, maxVersionLevel }) => [name, maxVersionLevel],
    ),
  );
  return [...features].every(([name, level]) => (told.get(name) ?? 0) === level);
}

/** Whoever is no owner and no renewer hears of nothing but whether the token is there. */
async function knowsToken(apache: Side, token: string): Promise<boolean> {
  const body = { hmac: symbol(`hmac/${token.slice(1)}`), renewPeriodMs: 1n };
  const { errorCode } = await ask(apache, "renewDelegationToken", body, 2, NOBODY);
  return errorCode !== DELEGATION_TOKEN_NOT_FOUND;
}

async function ask(
  apache: Side,
  api: ApiName,
  body: Body,
  version = 2,
  principal: Principal | null = null,
): Promise<Readonly<Record<string, unknown>>> {
  const reply = await apache.call(api, version, body, principal);
  if (reply.kind !== "body") throw new Error(`Cannot ask Apache by ${api}: ${reply.kind}`);
  return reply.body;
}
