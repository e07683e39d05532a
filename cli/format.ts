// Creates the cluster on the first start and finds it on later ones, through the gateway.

import { QuorateError } from "../src/client/http/quorate-error.ts";
import { QuorateClient } from "../src/client/quorate-client.ts";

/** Where brokers reach a controller. */
export interface ControllerEndpoint {
  id: number;
  host: string;
  port: number;
}

/** A cluster that was found or created. */
export interface OpenedCluster {
  readonly clusterId: string;
  readonly isNew: boolean;
  /** The first access token of a new cluster, where authentication is required. */
  readonly accessToken: string | null;
}

const REQUEST_TIMEOUT_MS = 20_000;

/** Returns the cluster, creating it when there is none. */
export async function openCluster(
  baseUrl: string,
  controllers: readonly ControllerEndpoint[],
  bootstrapToken: string | null = null,
): Promise<OpenedCluster> {
  const { cluster } = clientOf(baseUrl, bootstrapToken);
  const clusterId = await idOf(cluster);
  if (clusterId !== null) return { clusterId, isNew: false, accessToken: null };
  const { value } = await cluster.create({ controllers });
  return {
    clusterId: value.cluster_id,
    isNew: true,
    accessToken: value.access_token ?? null,
  };
}

/** Whether an access token is good for a cluster. */
export async function letsIn(
  { baseUrl, clusterId }: { readonly baseUrl: string; readonly clusterId: string },
  token: string,
): Promise<boolean> {
  try {
    await clientOf(baseUrl, token, clusterId).caller();
    return true;
  } catch (error) {
    if (error instanceof QuorateError && error.status !== null) return false;
    throw error;
  }
}

function clientOf(url: string, token: string | null, clusterId?: string): QuorateClient {
  const access = token === null ? {} : { token };
  return new QuorateClient({ url, ...access, clusterId, timeoutMs: REQUEST_TIMEOUT_MS });
}

/** Null when there is no cluster. The id is told without a token. */
async function idOf(cluster: QuorateClient["cluster"]): Promise<string | null> {
  try {
    return await cluster.id();
  } catch (error) {
    if (error instanceof QuorateError && error.status === 404) return null;
    throw error;
  }
}
