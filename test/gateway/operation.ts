/** Requests for operations of the API by their ids, as the OpenAPI document describes them. */

import { ROUTES } from "../../workers/gateway/route-table.ts";
import { type Example, LAST_DELEGATION_TOKEN, LAST_TOKEN } from "./every-operation.ts";
import type { LiveGateway } from "./live-gateway.ts";

export function routeOf(operationId: string) {
  const route = ROUTES.find((one) => one.operationId === operationId);
  if (route === undefined) throw new Error(`there is no operation ${operationId}`);
  return route;
}

/** The request that an example stands for. */
export function requestOf(
  gateway: LiveGateway,
  { operationId, params = {}, query = {}, headers = {}, body }: Example,
): { readonly target: string; readonly init: RequestInit } {
  const route = routeOf(operationId);
  const last = new Map<unknown, string>([
    [LAST_TOKEN, gateway.tokenId],
    [LAST_DELEGATION_TOKEN, gateway.delegationTokenId],
  ]).get(params.token_id);
  const token = last === undefined ? {} : { token_id: last };
  const named: Readonly<Record<string, string | number>> = {
    cluster_id: gateway.cluster.document.clusterId,
    ...params,
    ...token,
  };
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(named[name] ?? ""),
  );
  const text = new URLSearchParams(query).toString();
  const init: RequestInit = { method: route.method, headers: { ...headers } };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json", ...headers };
  }
  return { target: text === "" ? path : `${path}?${text}`, init };
}

/** Reads what a stream says, as far as it is wanted. */
export class StreamReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  text = "";

  constructor(response: Response) {
    this.#reader = (response.body as ReadableStream<Uint8Array>).getReader();
  }

  /** Reads on until what was said is enough, or the stream ends. */
  async until(isEnough: (text: string) => boolean): Promise<string> {
    while (!isEnough(this.text)) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      this.text += this.#decoder.decode(value, { stream: true });
    }
    return this.text;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

/** Reads what a stream has said once it is enough, and leaves it. */
export async function readSome(
  response: Response,
  isEnough: (text: string) => boolean,
): Promise<string> {
  const reader = new StreamReader(response);
  const text = await reader.until(isEnough);
  await reader.cancel();
  return text;
}
