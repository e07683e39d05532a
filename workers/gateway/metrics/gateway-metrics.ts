/**
 * What this isolate has answered. A gateway runs in many isolates, each with a count of its own that ends with it: good
 * for what one process does, not for totals of a deployment on Cloudflare.
 */

import { LatencyHistogram } from "../../../src/base/latency-histogram.ts";
import { family, histogram } from "./text-format.ts";

export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the route; empty when the path has none. */
  readonly route: string;
  readonly status: number;
  readonly elapsedMs: number;
}

/** What clients make up is no label of its own. */
const OTHER = "other";
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);

export class GatewayMetrics {
  readonly #requests = new Map<
    string,
    { readonly labels: Readonly<Record<string, string | number>>; count: number }
  >();
  readonly #latencies = new Map<string, LatencyHistogram>();

  record(request: AnsweredRequest): void {
    const { status, elapsedMs } = request;
    const method = METHODS.has(request.method) ? request.method : OTHER;
    const route = request.route === "" ? OTHER : request.route;
    const key = `${method} ${status} ${route}`;
    const known = this.#requests.get(key);
    if (known === undefined) {
      this.#requests.set(key, { labels: { method, route, status }, count: 1 });
    } else {
      known.count += 1;
    }
    let latencies = this.#latencies.get(method);
    if (latencies === undefined) {
      latencies = new LatencyHistogram();
      this.#latencies.set(method, latencies);
    }
    latencies.record(elapsedMs);
  }

  text(): string {
    const requests = family(
      {
        name: "quorate_gateway_requests_total",
        help: "HTTP requests that this isolate of the gateway has answered, by method, route and status.",
      },
      "counter",
      [...this.#requests.values()].map(({ labels, count }) => ({ labels, value: count })),
    );
    const latencies = histogram(
      {
        name: "quorate_gateway_request_duration_seconds",
        help: "Time to the first byte of answers of this isolate of the gateway, by method.",
      },
      [...this.#latencies].map(([method, each]) => ({ labels: { method }, counts: each.counts() })),
    );
    return requests + latencies;
  }
}
