/** A request as a broker forwards it for a client: wrapped into an Envelope (KIP-590). */

import { ErrorCode } from "../../src/base/error-code.ts";
import { APIS, type ApiName, type RequestInit } from "../../src/protocol/apis.ts";
import { encode } from "../../src/protocol/codec.ts";
import { defaultPrincipalData } from "../../src/protocol/messages/default-principal-data.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";
import type { KafkaLink } from "./kafka-link.ts";

const PRINCIPAL = principal();

/** `onEnd` is called once: with the decoded body, or null when it is not known what became of the request. */
export function callInEnvelope<N extends ApiName>(
  link: KafkaLink,
  call: {
    readonly api: N;
    readonly body: RequestInit<N>;
    readonly onEnd: (body: unknown) => void;
  },
): void {
  const { api, body, onEnd } = call;
  const version = APIS[api].request.maxVersion;
  const requestData = encodeRequest({ api, version, correlationId: 1, clientId: "inner", body });
  const envelope = {
    requestData,
    requestPrincipal: PRINCIPAL,
    clientHostAddress: new Uint8Array([127, 0, 0, 1]),
  };
  link.call("envelope", envelope, (response) => {
    const data = response?.responseData ?? null;
    if (response === null || response.errorCode === ErrorCode.NOT_CONTROLLER || data === null)
      onEnd(null);
    else onEnd(decodeResponse(api, version, data).body);
  });
}

/** A principal as brokers write it: its version, then the data. */
function principal(): Uint8Array {
  const data = encode(defaultPrincipalData, 0, { type: "User", name: "simulated" });
  const bytes = new Uint8Array(2 + data.length);
  bytes.set(data, 2);
  return bytes;
}
