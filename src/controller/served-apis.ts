/** The APIs that this controller serves on a Kafka connection, each with the handler of its requests. */

import { ErrorCode } from "../base/error-code.ts";
import { APIS, type ApiName } from "../protocol/apis.ts";
import { TOO_LARGE } from "../state/decision.ts";
import { KRAFT_VERSION } from "../state/features.ts";
import { authorizeRequest } from "./authorization.ts";
import { describeApiVersions } from "./describe-api-versions.ts";
import { type Handler, type Handlers, localRead, type RequestContext } from "./handler.ts";
import { ACL_HANDLERS } from "./handlers/acl-handlers.ts";
import { BROKER_HANDLERS } from "./handlers/broker-handlers.ts";
import { CLIENT_HANDLERS } from "./handlers/client-handlers.ts";
import { CONFIG_HANDLERS } from "./handlers/config-handlers.ts";
import { FEATURE_HANDLERS } from "./handlers/feature-handlers.ts";
import { PARTITION_HANDLERS } from "./handlers/partition-handlers.ts";
import { QUORUM_HANDLERS } from "./handlers/quorum-handlers.ts";
import { SASL_HANDLERS } from "./handlers/sasl-handlers.ts";
import { TOPIC_HANDLERS } from "./handlers/topic-handlers.ts";
import type { QuorumController } from "./quorum-controller.ts";
import { isExcessive } from "./request-size.ts";

const HANDLERS: Handlers = {
  ...QUORUM_HANDLERS,
  ...BROKER_HANDLERS,
  ...TOPIC_HANDLERS,
  ...CONFIG_HANDLERS,
  ...ACL_HANDLERS,
  ...CLIENT_HANDLERS,
  ...PARTITION_HANDLERS,
  ...FEATURE_HANDLERS,
  ...SASL_HANDLERS,
  apiVersions: localRead((view, request, { version }, { replica }) => {
    const levels = new Map(view.features());
    if (levels.size > 0) levels.set("kraft.version", KRAFT_VERSION);
    const finalized = { offset: Math.max(replica.highWatermark - 1, -1), levels };
    return describeApiVersions(request, version, SERVED_APIS, finalized);
  }),
};

/** In key order, as ApiVersions lists them; Envelope is opened before its content gets here. */
export const SERVED_APIS: readonly ApiName[] = (Object.keys(APIS) as ApiName[])
  .filter(isServed)
  .sort((a, b) => APIS[a].key - APIS[b].key);

export function isServed(api: ApiName): boolean {
  return api === "envelope" || HANDLERS[api] !== undefined;
}

/** Runs the handler of a request whose API is served, if its caller may ask for it. */
export function handleRequest(
  quorum: QuorumController,
  api: ApiName,
  request: object,
  context: RequestContext,
): void {
  quorum.metrics.countRequest(api);
  const handler = HANDLERS[api] as Handler<ApiName> | undefined;
  if (handler === undefined) {
    context.respondent.refuse(ErrorCode.UNSUPPORTED_VERSION, `${api} is not served here.`);
    return;
  }
  if (!authorizeRequest(api, context)) return;
  if (isExcessive(api, request)) {
    context.respondent.refuse(ErrorCode.POLICY_VIOLATION, TOO_LARGE, true);
    return;
  }
  handler(quorum, request as never, context);
}
