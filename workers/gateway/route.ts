/** Routes as data, so that the app can say which methods a path has. */

import type { GatewayContext } from "./context.ts";

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** A pattern in Hono's notation. */
  readonly path: string;
  handle(context: GatewayContext): Promise<Response>;
}

export const CLUSTERS = "/kafka/v3/clusters";
export const CLUSTER = `${CLUSTERS}/:cluster`;
