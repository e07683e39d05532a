/** ControllerRegistration (KIP-919): a controller says where it is and what it supports; the last word counts. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { answerOnly, type Decision } from "./decision.ts";
import { levelName, MetadataVersion } from "./metadata-version.ts";
import type { MetadataView } from "./metadata-view.ts";

/** Error code: UNSUPPORTED_VERSION below metadata.version 15. */
export function decideControllerRegistration(
  request: RequestOf<"controllerRegistration">,
  view: MetadataView,
): Decision<ResponseInit<"controllerRegistration">> {
  const level = view.metadataVersion();
  if (level < MetadataVersion.CONTROLLER_REGISTRATION) {
    return answerOnly({
      errorCode: ErrorCode.UNSUPPORTED_VERSION,
      errorMessage: `Controllers cannot register at metadata.version ${levelName(level)}.`,
    });
  }
  const { controllerId, incarnationId, zkMigrationReady, listeners, features } = request;
  return {
    records: [
      {
        type: "registerController",
        version: 0,
        data: { controllerId, incarnationId, zkMigrationReady, endPoints: listeners, features },
      },
    ],
    atomic: true,
    response: {},
  };
}
