// Creates the cluster on the first start and finds it on later ones, through the gateway.

/** Where brokers reach a controller. */
export interface ControllerEndpoint {
  id: number;
  host: string;
  port: number;
}

const CLUSTERS_PATH = "/kafka/v3/clusters";
const REQUEST_TIMEOUT_MS = 20_000;

/** Returns the id of the cluster, creating it when there is none. */
export async function openCluster(
  baseUrl: string,
  controllers: readonly ControllerEndpoint[],
): Promise<{ clusterId: string; isNew: boolean }> {
  const clusterId = await readClusterId(baseUrl);
  if (clusterId !== null) return { clusterId, isNew: false };
  return { clusterId: await formatCluster(baseUrl, controllers), isNew: true };
}

/** Creates a cluster of these controllers and returns its id. */
export async function formatCluster(
  baseUrl: string,
  controllers: readonly ControllerEndpoint[],
): Promise<string> {
  const answer = await request(baseUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ controllers }),
  });
  const clusterId = clusterIdOf(answer);
  if (clusterId === null) throw new Error("Cannot create cluster: the answer has no cluster_id");
  return clusterId;
}

async function readClusterId(baseUrl: string): Promise<string | null> {
  const answer = await request(baseUrl, {});
  const data = (answer as { data?: unknown } | null)?.data;
  return Array.isArray(data) ? clusterIdOf(data[0]) : null;
}

function clusterIdOf(cluster: unknown): string | null {
  const clusterId = (cluster as { cluster_id?: unknown } | null | undefined)?.cluster_id;
  return typeof clusterId === "string" ? clusterId : null;
}

async function request(baseUrl: string, init: RequestInit): Promise<unknown> {
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const response = await fetch(new URL(CLUSTERS_PATH, baseUrl), { ...init, signal });
  const body = await response.text();
  if (!response.ok) {
    const method = init.method ?? "GET";
    throw new Error(`Cannot ${method} ${CLUSTERS_PATH}: ${response.status} ${body.slice(0, 500)}`);
  }
  return JSON.parse(body);
}
