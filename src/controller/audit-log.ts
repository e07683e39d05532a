/**
 * What was asked to be changed over the HTTP API, by whom and with what outcome: one line for each request, written with
 * its answer. Names only: no bodies, no values, no secrets.
 */

import { clipped, type LogFields } from "./denial-log.ts";

export interface AuditedRequest {
  readonly requestId: string;
  /** Empty when nobody knows. */
  readonly principal: string;
  readonly host: string;
  /** For example "CreateTopics". */
  readonly request: string;
  /** What it is about, for example "Topic:orders". */
  readonly resources: readonly string[];
}

export interface AuditLine extends AuditedRequest {
  /** "changed", "unchanged", "denied", "replayed", "unauthenticated", or why not. */
  readonly outcome: string;
  /** Where the outcome was true. */
  readonly offset: number;
  readonly epoch: number;
}

/** Far more than changes are answered at once. */
const MAX_PER_EVENT = 1000;
const MAX_RESOURCES = 10;

export class AuditLog {
  #lines: LogFields[] = [];
  #omitted = 0;

  add(line: AuditLine): void {
    if (this.#lines.length < MAX_PER_EVENT) this.#lines.push(fieldsOf(line));
    else this.#omitted += 1;
  }

  /** The lines since the last call; when some were left out, the last one says how many. */
  take(): readonly LogFields[] {
    if (this.#lines.length === 0) return this.#lines;
    const lines = this.#lines;
    if (this.#omitted > 0) lines.push({ omitted: this.#omitted });
    this.#lines = [];
    this.#omitted = 0;
    return lines;
  }
}

function fieldsOf({
  requestId,
  principal,
  host,
  request,
  resources,
  ...rest
}: AuditLine): LogFields {
  return {
    requestId: clipped(requestId),
    principal: clipped(principal),
    host: clipped(host),
    request,
    resources: resources.slice(0, MAX_RESOURCES).map(clipped),
    resourceCount: resources.length,
    ...rest,
  };
}
