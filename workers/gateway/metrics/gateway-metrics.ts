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

interface Requests {
  readonly labels: { readonly method: string; readonly route: string; readonly status: number };
  count: number;
}

export class GatewayMetrics {
  readonly #requests: Requests[] = [];
  /** By route, method and status. To make one key of them would cost more than the rest. */
  readonly #places = new Map<string, Map<string, Map<number, Requests>>>();
  readonly #latencies = new Map<string, LatencyHistogram>();

  record(request: AnsweredRequest): void {
    const { status, elapsedMs } = request;
    const method = METHODS.has(request.method) ? request.method : OTHER;
    const route = request.route === "" ? OTHER : request.route;
    const known =
      this.#places.get(route)?.get(method)?.get(status) ?? this.#begin({ method, route, status });
    known.count += 1;
    let latencies = this.#latencies.get(method);
    if (latencies === undefined) {
      latencies = new LatencyHistogram();
      this.#latencies.set(method, latencies);
    }
    latencies.record(elapsedMs);
  }

  #begin(labels: Requests["labels"]): Requests {
    const { method, route, status } = labels;
    const ofRoute = this.#places.get(route) ?? new Map<string, Map<number, Requests>>();
    this.#places.set(route, ofRoute);
    const ofMethod = ofRoute.get(method) ?? new Map<number, Requests>();
    ofRoute.set(method, ofMethod);
    const requests = { labels, count: 0 };
    ofMethod.set(status, requests);
    this.#requests.push(requests);
    return requests;
  }

  text(): string {
    const requests = family(
      {
        name: "quorate_gateway_requests_total",
        help: "HTTP requests that this isolate of the gateway has answered, by method, route and status.",
      },
      "counter",
      this.#requests.map(({ labels, count }) => ({ labels: { ...labels }, value: count })),
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
