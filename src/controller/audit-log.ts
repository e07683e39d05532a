/**
 * What was asked to be changed over the HTTP API, by whom and with what outcome: one line for each request, written with
 * its answer. Names only: no bodies, no values, no secrets.
 */

import { clipped, EventLines, type LogFields } from "./event-lines.ts";

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
  readonly #lines = new EventLines(MAX_PER_EVENT);

  add(line: AuditLine): void {
    this.#lines.add(() => fieldsOf(line));
  }

  take(): readonly LogFields[] {
    return this.#lines.take();
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
