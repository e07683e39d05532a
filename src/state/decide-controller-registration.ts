/** ControllerRegistration (KIP-919): a controller says where it is and what it supports; the last word counts. */

import { ErrorCode, errorText } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { answerOnly, type Decision } from "./decision.ts";
import { recordVersion } from "./metadata-version.ts";
import type { MetadataView } from "./metadata-view.ts";

type Request = RequestOf<"controllerRegistration">;
type Listener = Request["listeners"][number];

/** SecurityProtocol of Kafka: PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL. */
const SECURITY_PROTOCOLS: readonly number[] = [0, 1, 2, 3];

/**
 * Anybody who may act for the cluster can register any id, a voter's or not. Error codes: UNSUPPORTED_VERSION below
 * metadata.version 15, UNKNOWN_SERVER_ERROR for a security protocol that there is not.
 */
export function decideControllerRegistration(
  request: Request,
  view: MetadataView,
): Decision<ResponseInit<"controllerRegistration">> {
  const version = recordVersion("registerController", view.metadataVersion());
  if (version === null) {
    return refused(ErrorCode.UNSUPPORTED_VERSION);
  }
  if (request.listeners.some(({ securityProtocol }) => !isKnown(securityProtocol))) {
    return refused(ErrorCode.UNKNOWN_SERVER_ERROR);
  }
  const { controllerId, incarnationId, listeners, features } = request;
  const data = {
    controllerId,
    incarnationId,
    // There is no ZooKeeper to come from any more, whatever the request says.
    zkMigrationReady: false,
    endPoints: onePerName(listeners),
    features,
  };
  return {
    records: [{ type: "registerController", version, data }],
    atomic: true,
    response: {},
  };
}

function refused(errorCode: number): Decision<ResponseInit<"controllerRegistration">> {
  return answerOnly({ errorCode, errorMessage: errorText(errorCode) });
}

function isKnown(securityProtocol: number): boolean {
  return SECURITY_PROTOCOLS.includes(securityProtocol);
}

/** Of listeners with one name the last counts, at the place of the first. */
function onePerName(listeners: readonly Listener[]): Listener[] {
  return [...new Map(listeners.map((listener) => [listener.name, listener])).values()];
}
