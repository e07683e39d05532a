/** What was denied while one event was handled, as Apache's audit log tells it. */

import {
  type AuthorizedAction,
  nameOf,
  Operation,
  type Requester,
  ResourceType,
} from "../state/authorizer.ts";
import { type Rule, ruleText } from "../state/standard-authorizer.ts";
import { clipped, EventLines, type LogFields } from "./event-lines.ts";

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

const RESOURCE_NAMES: Readonly<Record<number, string>> = {
  [ResourceType.TOPIC]: "Topic",
  [ResourceType.GROUP]: "Group",
  [ResourceType.CLUSTER]: "Cluster",
  [ResourceType.TRANSACTIONAL_ID]: "TransactionalId",
  [ResourceType.DELEGATION_TOKEN]: "DelegationToken",
  [ResourceType.USER]: "User",
};

export class DenialLog {
  readonly #lines = new EventLines(MAX_PER_EVENT);

  add(denial: Denial): void {
    this.#lines.add(() => fieldsOf(denial));
  }

  take(): readonly LogFields[] {
    return this.#lines.take();
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
