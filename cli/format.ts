// Creates the cluster on the first start and finds it on later ones, through the gateway.

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

const CLUSTERS_PATH = "/kafka/v3/clusters";
const ID_PATH = "/v1/metadata/id";
const REQUEST_TIMEOUT_MS = 20_000;

/** Returns the cluster, creating it when there is none. */
export async function openCluster(
  baseUrl: string,
  controllers: readonly ControllerEndpoint[],
  bootstrapToken: string | null = null,
): Promise<OpenedCluster> {
  const clusterId = await readClusterId(baseUrl);
  if (clusterId !== null) return { clusterId, isNew: false, accessToken: null };
  const authorization =
    bootstrapToken === null ? {} : { authorization: `Bearer ${bootstrapToken}` };
  const answer = await request(baseUrl, CLUSTERS_PATH, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization },
    body: JSON.stringify({ controllers }),
  });
  const id = textOf(answer, "cluster_id");
  if (id === null) throw new Error("Cannot create cluster: the answer has no cluster_id");
  return { clusterId: id, isNew: true, accessToken: textOf(answer, "access_token") };
}

/** Whether an access token is good for a cluster. */
export async function letsIn(
  { baseUrl, clusterId }: { readonly baseUrl: string; readonly clusterId: string },
  token: string,
): Promise<boolean> {
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const url = new URL(`${CLUSTERS_PATH}/${clusterId}/caller`, baseUrl);
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers, signal });
  await response.body?.cancel();
  return response.ok;
}

/** Null when there is none. The id is told without a token. */
async function readClusterId(baseUrl: string): Promise<string | null> {
  return textOf(await request(baseUrl, ID_PATH), "id");
}

function textOf(answer: unknown, name: string): string | null {
  const value = (answer as Record<string, unknown> | null)?.[name];
  return typeof value === "string" ? value : null;
}

/** The JSON of an answer; null when what is asked for is not there. */
async function request(baseUrl: string, path: string, init: RequestInit = {}): Promise<unknown> {
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const response = await fetch(new URL(path, baseUrl), { ...init, signal });
  const body = await response.text();
  if (response.status === 404) return null;
  if (!response.ok) {
    const method = init.method ?? "GET";
    throw new Error(`Cannot ${method} ${path}: ${response.status} ${body.slice(0, 500)}`);
  }
  return JSON.parse(body);
}
