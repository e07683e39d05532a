/** One side's Kafka connection: requests with an untyped body, opened again when the side has closed it. */

import { APIS, type ApiName } from "../../src/protocol/apis.ts";
import { encode } from "../../src/protocol/codec.ts";
import { defaultPrincipalData } from "../../src/protocol/messages/default-principal-data.ts";
import { decodeResponse, encodeRequest } from "../../src/protocol/request-frame.ts";
import { ConnectionLost, KafkaClient } from "../support/kafka-client.ts";
import { fitToVersion } from "./fit.ts";
import type { Principal } from "./step.ts";

const ANSWER_TIMEOUT_MS = 10_000;
const LOOPBACK = Uint8Array.of(127, 0, 0, 1);

/** What came back: a body, the error of an Envelope that held none, or the end of the connection. */
export type Reply =
  | { readonly kind: "body"; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: "envelope-error"; readonly errorCode: number }
  | { readonly kind: "closed" }
  | { readonly kind: "silent" };

export class Connection {
  readonly #port: () => Promise<number>;
  #client: Promise<KafkaClient> | null = null;

  /** `port` is asked for before each time that a connection is opened. */
  constructor(port: () => Promise<number>) {
    this.#port = port;
  }

  async call(
    api: ApiName,
    version: number,
    body: object,
    principal: Principal | null = null,
  ): Promise<Reply> {
    const frame = requestFrame(api, version, body);
    if (principal !== null) {
      return await this.callEnvelope(
        {
          requestData: frame,
          requestPrincipal: principalBytes(principal),
          clientHostAddress: LOOPBACK,
        },
        { api, version },
      );
    }
    const answer = await this.#exchange(frame);
    if (!(answer instanceof Uint8Array)) return { kind: answer };
    return { kind: "body", body: decodeResponse(api, version, answer).body as never };
  }

  /** Sends an Envelope as it is given. */
  async callEnvelope(
    envelope: object,
    inner: { readonly api: ApiName; readonly version: number },
  ): Promise<Reply> {
    const answer = await this.#exchange(requestFrame("envelope", 0, envelope));
    if (!(answer instanceof Uint8Array)) return { kind: answer };
    const { errorCode, responseData } = decodeResponse("envelope", 0, answer).body;
    if (errorCode !== 0 || responseData === null) return { kind: "envelope-error", errorCode };
    return {
      kind: "body",
      body: decodeResponse(inner.api, inner.version, responseData).body as never,
    };
  }

  async close(): Promise<void> {
    (await this.#client?.catch(() => null))?.close();
  }

  /** The answer, or how it stayed away; whoever is silent is left. */
  async #exchange(frame: Uint8Array): Promise<Uint8Array | "closed" | "silent"> {
    this.#client ??= this.#port().then((port) => KafkaClient.open(port));
    const opening = this.#client;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<"silent">((resolve) => {
      timer = setTimeout(() => resolve("silent"), ANSWER_TIMEOUT_MS);
    });
    try {
      const client = await opening;
      const answer = await Promise.race([client.exchange(frame), tooLate]);
      if (answer !== "silent") return answer;
      this.#client = null;
      client.close();
      return answer;
    } catch (error) {
      this.#client = null;
      if (!(error instanceof ConnectionLost)) throw error;
      return "closed";
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The frame of a request; what the version cannot carry of the body is left out. */
export function requestFrame(api: ApiName, version: number, body: object): Uint8Array {
  const fitted = fitToVersion(APIS[api].request.fields, version, body);
  return encodeRequest({
    api,
    version,
    correlationId: 1,
    clientId: "differential",
    body: fitted as never,
  });
}

/** A principal as brokers write it: its version, then the data. */
export function principalBytes(principal: Principal): Uint8Array {
  const data = encode(defaultPrincipalData, 0, principal);
  const bytes = new Uint8Array(2 + data.length);
  bytes.set(data, 2);
  return bytes;
}
