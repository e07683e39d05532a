/** Makes the caller of a request out of where it came from. */

import { decode } from "../protocol/codec.ts";
import { defaultPrincipalData } from "../protocol/messages/default-principal-data.ts";
import { isAuthorized } from "../state/authorizer.ts";
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
  authorize: () => true,
};

/** Whoever has opened a Kafka connection. */
export function connectionCaller(
  quorum: QuorumController,
  { host, clientId }: { readonly host: string; readonly clientId: string },
): Caller {
  const who = { principal: ANONYMOUS, tokenAuthenticated: false, host, clientId, forwarded: false };
  return withAuthorizer(quorum, who);
}

/** The client of a broker that has passed its request on (KIP-590). Throws MalformedError. */
export function forwardedCaller(
  quorum: QuorumController,
  {
    principal,
    address,
    clientId,
  }: { readonly principal: Uint8Array; readonly address: Uint8Array; readonly clientId: string },
): Caller {
  const version = ((principal[0] ?? 0) << 8) | (principal[1] ?? 0);
  const { type, name, tokenAuthenticated } = decode(
    defaultPrincipalData,
    version,
    principal.subarray(2),
  );
  const host = addressText(address);
  const who = { principal: `${type}:${name}`, tokenAuthenticated, host, clientId, forwarded: true };
  return withAuthorizer(quorum, who);
}

function withAuthorizer(quorum: QuorumController, who: Omit<Caller, "authorize">): Caller {
  const { config } = quorum;
  return {
    ...who,
    authorize: (action) =>
      !config.authorizerEnabled || isAuthorized(quorum.committedView(), config, who, action),
  };
}

/** An address of 4 or 16 bytes as Java's InetAddress prints it. */
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) {
    groups.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  }
  return groups.join(":");
}
