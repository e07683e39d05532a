/** Makes the caller of a request out of where it came from. */

import { present } from "../base/assert.ts";
import { ipText } from "../base/ip-address.ts";
import type { ApiName } from "../protocol/apis.ts";
import { decode } from "../protocol/codec.ts";
import { defaultPrincipalData } from "../protocol/messages/default-principal-data.ts";
import { WILDCARD_PRINCIPAL } from "../state/authorizer.ts";
import { allows, decidingRule } from "../state/standard-authorizer.ts";
import type { Caller } from "./caller.ts";
import type { QuorumController } from "./quorum-controller.ts";

/** Who has not said who it is. */
const ANONYMOUS = "User:ANONYMOUS";

/** Controllers among themselves, and the gateway, which answers for whom it lets in. */
export const TRUSTED_CALLER: Caller = {
  principal: ANONYMOUS,
  tokenAuthenticated: false,
  host: "127.0.0.1",
  clientId: "",
  forwarded: false,
  authorizable: true,
  authorize: () => true,
};

interface Sent {
  readonly api: ApiName;
  readonly clientId: string;
}

/** Whoever has opened a Kafka connection. */
export function connectionCaller(
  quorum: QuorumController,
  { host, ...sent }: Sent & { readonly host: string },
): Caller {
  const who = { principal: ANONYMOUS, tokenAuthenticated: false, host, forwarded: false };
  return withAuthorizer(quorum, { ...who, ...sent });
}

/** The client of a broker that has passed its request on (KIP-590). The principal and the address can be read. */
export function forwardedCaller(
  quorum: QuorumController,
  {
    principal,
    address,
    ...sent
  }: Sent & { readonly principal: Uint8Array; readonly address: Uint8Array },
): Caller {
  const version = ((principal[0] ?? 0) << 8) | (principal[1] ?? 0);
  const { type, name, tokenAuthenticated } = decode(
    defaultPrincipalData,
    version,
    principal.subarray(2),
  );
  const host = present(ipText(address), "The address of an Envelope has been checked");
  const who = { principal: `${type}:${name}`, tokenAuthenticated, host, forwarded: true };
  return withAuthorizer(quorum, { ...who, ...sent });
}

function withAuthorizer(
  quorum: QuorumController,
  { api, ...who }: Omit<Caller, "authorize" | "authorizable"> & Sent,
): Caller {
  const { config, replica, denials } = quorum;
  const isSuperUser = config.superUsers.has(who.principal);
  // Until the high watermark is known, so is no ACL: what none forbids would be allowed. And everybody is nobody.
  const isKnown =
    (quorum.isActive || replica.highWatermark > 0) && who.principal !== WILDCARD_PRINCIPAL;
  const authorizable = !config.authorizerEnabled || isSuperUser || isKnown;
  return {
    ...who,
    authorizable,
    authorize: (action, { quiet = false } = {}) => {
      if (!config.authorizerEnabled) return true;
      if (!authorizable) return false;
      // A new leader may not know yet that a revocation was committed, but it has it.
      const view = quorum.isActive ? quorum.view() : quorum.committedView();
      const rule = decidingRule(view, config, who, action);
      const allowed = allows(rule);
      if (!allowed && !quiet) denials.add({ api, who, action, rule });
      return allowed;
    },
  };
}
