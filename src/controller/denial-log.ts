/** What was denied while one event was handled, as Apache's audit log tells it. Bounded: a client decides on its size. */

import {
  type AuthorizedAction,
  nameOf,
  Operation,
  type Requester,
  ResourceType,
} from "../state/authorizer.ts";
import { type Rule, ruleText } from "../state/standard-authorizer.ts";

/** The fields of one line of the log. */
export type LogFields = Readonly<Record<string, string | number | readonly string[]>>;

export interface Denial {
  /** What was asked for, for example "CreateTopics". */
  readonly request: string;
  /** Of the HTTP API only. */
  readonly requestId: string | undefined;
  readonly who: Requester;
  readonly action: AuthorizedAction;
  readonly rule: Rule;
}

const MAX_PER_EVENT = 50;
const MAX_TEXT_LENGTH = 300;

const RESOURCE_NAMES: Readonly<Record<number, string>> = {
  [ResourceType.TOPIC]: "Topic",
  [ResourceType.GROUP]: "Group",
  [ResourceType.CLUSTER]: "Cluster",
  [ResourceType.TRANSACTIONAL_ID]: "TransactionalId",
  [ResourceType.DELEGATION_TOKEN]: "DelegationToken",
  [ResourceType.USER]: "User",
};

export class DenialLog {
  #lines: LogFields[] = [];
  #omitted = 0;

  add(denial: Denial): void {
    if (this.#lines.length < MAX_PER_EVENT) this.#lines.push(fieldsOf(denial));
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

function fieldsOf({ request, requestId, who, action, rule }: Denial): LogFields {
  const resourceType = RESOURCE_NAMES[action.resourceType] ?? "Unknown";
  return {
    ...(requestId === undefined ? {} : { requestId: clipped(requestId) }),
    principal: clipped(who.principal),
    operation: nameOf(Operation, action.operation),
    host: who.host,
    resource: clipped(`${resourceType}:LITERAL:${action.resourceName}`),
    request,
    resourceRefCount: 1,
    rule: clipped(ruleText(rule)),
  };
}

/** A text that a client chose, cut so that its size is bounded. */
export function clipped(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}...`;
}
