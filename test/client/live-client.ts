/** A client of a gateway over whole controllers, which notes what is asked for. */
import { QuorateClient, type QuorateClientOptions } from "../../src/client/quorate-client.ts";
import { ROUTES } from "../../workers/gateway/route-table.ts";
import type { LiveGateway } from "../gateway/live-gateway.ts";

export const BASE_URL = "http://127.0.0.1:8080";

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
}

export interface LiveClient {
  readonly client: QuorateClient;
  /** Oldest first. */
  readonly sent: Sent[];
}

/** The token is the client's affair: the gateway adds none of its own. */
export function liveClient(
  gateway: LiveGateway,
  options: Partial<QuorateClientOptions> = {},
): LiveClient {
  const sent: Sent[] = [];
  const client = new QuorateClient({
    url: BASE_URL,
    fetch(url, init) {
      sent.push({ method: init.method ?? "", url, headers: new Headers(init.headers) });
      return gateway.raw(url, init);
    },
    ...options,
  });
  return { client, sent };
}

const PATTERNS = ROUTES.map(({ method, path, operationId }) => {
  const pattern = path.replaceAll(/[.+]/g, "\\$&").replaceAll(/\{\w+\}/g, "[^/]+");
  return { method, path: new RegExp(`^${pattern}$`), operationId };
});

/** The operation that a request is; of two that match, the gateway takes the earlier one. */
export function operationOf({ method, url }: Sent): string {
  const { pathname } = new URL(url);
  const found = PATTERNS.find((one) => one.method === method && one.path.test(pathname));
  return found?.operationId ?? `${method} ${pathname}`;
}
