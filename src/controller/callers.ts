/** Makes the caller of a request out of where it came from. */

import { present } from "../base/assert.ts";
import { ipText } from "../base/ip-address.ts";
import { shapeKeeper } from "../base/kept-shape.ts";
import { decode } from "../protocol/codec.ts";
import { defaultPrincipalData } from "../protocol/messages/default-principal-data.ts";
import { WILDCARD_PRINCIPAL } from "../state/authorizer.ts";
import { allows, decidingRule } from "../state/standard-authorizer.ts";
import type { ApiCaller, Caller } from "./caller.ts";
import { clientHost } from "./client-host.ts";
import type { QuorumController } from "./quorum-controller.ts";

/** Who has not said who it is. */
export const ANONYMOUS = "User:ANONYMOUS";

/** Controllers among themselves, and the gateway for itself. */
export const TRUSTED_CALLER: ApiCaller = {
  principal: ANONYMOUS,
  trusted: true,
  tokenId: null,
  mayAskForTokens: true,
  host: "127.0.0.1",
  clientId: "",
  forwarded: false,
  authorizable: true,
  authorize: () => true,
};

interface Sent {
  /** What was asked for, as the log names it. */
  readonly request: string;
  readonly clientId: string;
}

/** Whoever has opened a Kafka connection. The principal is what the host has found out, if anything. */
export function connectionCaller(
  quorum: QuorumController,
  {
    principal,
    host,
    clientId,
    request,
  }: Sent & {
    readonly principal?: string | undefined;
    readonly host: string;
  },
): Caller {
  // Who has shown an access token came through the gateway. Any other connection is a plain one, on which Kafka gives no
  // secrets away.
  const mayAskForTokens = principal !== undefined;
  const who = {
    principal: principal ?? ANONYMOUS,
    mayAskForTokens,
    host,
    clientId,
    forwarded: false,
  };
  return withAuthorizer(quorum, who, { request });
}

/** Who sends something over the HTTP API, and how the log names it. */
export interface SentOverHttp {
  readonly principal: string;
  readonly tokenId: string;
  readonly host: string;
  readonly request: string;
  readonly requestId: string;
}

/** Whoever has shown an access token. */
export function tokenCaller(
  quorum: QuorumController,
  { principal, tokenId, host, request, requestId }: SentOverHttp,
): ApiCaller {
  const who = {
    principal,
    mayAskForTokens: true,
    host: clientHost(host),
    clientId: "",
    forwarded: false,
  };
  return { ...withAuthorizer(quorum, who, { request, requestId }), tokenId };
}

/** Whoever uses the HTTP API of a cluster that asks nobody who he is. */
export function anonymousCaller(host: string): ApiCaller {
  return { ...TRUSTED_CALLER, host: clientHost(host) };
}

/** The client of a broker that has passed its request on (KIP-590). The principal and the address can be read. */
export function forwardedCaller(
  quorum: QuorumController,
  {
    principal,
    address,
    clientId,
    request,
  }: Sent & { readonly principal: Uint8Array; readonly address: Uint8Array },
): Caller {
  const version = ((principal[0] ?? 0) << 8) | (principal[1] ?? 0);
  const { type, name, tokenAuthenticated } = decode(
    defaultPrincipalData,
    version,
    principal.subarray(2),
  );
  const host = present(ipText(address), "The address of an Envelope has been checked");
  // The broker has looked at the connection.
  const mayAskForTokens = !tokenAuthenticated;
  const who = { principal: `${type}:${name}`, mayAskForTokens, host, clientId, forwarded: true };
  return withAuthorizer(quorum, who, { request });
}

const kept = shapeKeeper<Caller>();

function withAuthorizer(
  quorum: QuorumController,
  who: Omit<Caller, "authorize" | "authorizable" | "trusted">,
  { request, requestId }: Pick<Sent, "request"> & { readonly requestId?: string },
): Caller {
  const { config, replica, denials } = quorum;
  const isSuperUser = config.superUsers.has(who.principal);
  // Until the high watermark is known, so is no ACL: what none forbids would be allowed. And everybody is nobody.
  const isKnown =
    (quorum.isActive || replica.highWatermark > 0) && who.principal !== WILDCARD_PRINCIPAL;
  const authorizable = !config.authorizerEnabled || isSuperUser || isKnown;
  // Field by field: this is done for each request, and a spread costs several times as much.
  return kept({
    principal: who.principal,
    mayAskForTokens: who.mayAskForTokens,
    host: who.host,
    clientId: who.clientId,
    forwarded: who.forwarded,
    trusted: false,
    authorizable,
    authorize: (action, { quiet = false } = {}) => {
      if (!config.authorizerEnabled) return true;
      if (!authorizable) return false;
      // A new leader may not know yet that a revocation was committed, but it has it.
      const view = quorum.isActive ? quorum.view() : quorum.committedView();
      const rule = decidingRule(view, config, who, action);
      const allowed = allows(rule);
      if (!allowed && !quiet) denials.add({ request, requestId, who, action, rule });
      return allowed;
    },
  });
}
