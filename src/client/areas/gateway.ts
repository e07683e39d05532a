/** The gateway itself: whether it runs, what it measures, how it describes itself. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { CallOptions } from "../http/call-options.ts";
import type { Health } from "../types/cluster.ts";

export class GatewayArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  isAlive(options: CallOptions = {}): Promise<Answer<Health>> {
    return this.#calls.call("isAlive", {}, options);
  }

  /** Fails with status 503 while no majority confirms an active controller. */
  isReady(options: CallOptions = {}): Promise<Answer<Health>> {
    return this.#calls.call("isReady", {}, options);
  }

  /** Prometheus's text exposition format 0.0.4. */
  metrics(options: CallOptions = {}): Promise<Answer<string>> {
    return this.#calls.text("getMetrics", options);
  }

  /** An OpenAPI 3.1 document. */
  openApi(options: CallOptions = {}): Promise<Answer<object>> {
    return this.#calls.call("getOpenApi", {}, options);
  }

  /** The API as a page of HTML. */
  docs(options: CallOptions = {}): Promise<Answer<string>> {
    return this.#calls.text("getDocs", options);
  }
}
