/** A request as a broker forwards it for a client: wrapped into an Envelope (KIP-590). */

import { ErrorCode } from "../../src/base/error-code.ts";
import { APIS, type ApiName, type RequestInit, type ResponseOf } from "../../src/protocol/apis.ts";
import { encode } from "../../src/protocol/codec.ts";
import { defaultPrincipalData } from "../../src/protocol/messages/default-principal-data.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";
import type { KafkaLink } from "./kafka-link.ts";

/** Whom clients and brokers' tools are, when nobody is named. */
export const SIMULATED_USER = "simulated";

const LOOPBACK: readonly number[] = [127, 0, 0, 1];

/** The client for whom a broker asks. */
export interface ForwardedUser {
  /** Without its type, which is User. */
  readonly name: string;
  /** Its address, 4 bytes. */
  readonly address: readonly number[];
  /** True when it has come with a delegation token. */
  readonly withToken: boolean;
}

const SIMULATED: ForwardedUser = { name: SIMULATED_USER, address: LOOPBACK, withToken: false };

/** `onEnd` is called once: with the decoded body, or null when it is not known what became of the request. */
export function callInEnvelope<N extends ApiName>(
  link: KafkaLink,
  call: {
    readonly api: N;
    readonly body: RequestInit<N>;
    readonly user?: ForwardedUser;
    readonly clientId?: string;
    readonly version?: number;
    readonly onEnd: (body: ResponseOf<N> | null) => void;
    /** Hears the error code of the Envelope itself. */
    readonly onEnvelope?: (errorCode: number) => void;
  },
): void {
  const { api, body, onEnd, user = SIMULATED, clientId = "inner" } = call;
  const version = call.version ?? APIS[api].request.maxVersion;
  const requestData = encodeRequest({ api, version, correlationId: 1, clientId, body });
  const envelope = {
    requestData,
    requestPrincipal: principalOf(user),
    clientHostAddress: new Uint8Array(user.address),
  };
  link.call("envelope", envelope, (response) => {
    if (response !== null) call.onEnvelope?.(response.errorCode);
    const data = response?.responseData ?? null;
    if (response === null || response.errorCode === ErrorCode.NOT_CONTROLLER || data === null)
      onEnd(null);
    else onEnd(decodeResponse(api, version, data).body as ResponseOf<N>);
  });
}

/** A principal as brokers write it: its version, then the data. */
function principalOf({ name, withToken }: ForwardedUser): Uint8Array {
  const data = encode(defaultPrincipalData, 0, {
    type: "User",
    name,
    tokenAuthenticated: withToken,
  });
  const bytes = new Uint8Array(2 + data.length);
  bytes.set(data, 2);
  return bytes;
}
