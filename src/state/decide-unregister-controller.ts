/** UnregisterController, new in Kafka 4.4: forgets a controller that is gone. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { answerOnly, type Decision } from "./decision.ts";
import { MetadataVersion } from "./metadata-version.ts";
import type { MetadataView } from "./metadata-view.ts";

/**
 * Error codes, in this order: INVALID_REQUEST (the active controller itself), UNSUPPORTED_VERSION (below
 * metadata.version 33, which no older broker could read the record of), CONTROLLER_ID_NOT_REGISTERED.
 */
export function decideUnregisterController(
  { controllerId }: RequestOf<"unregisterController">,
  view: MetadataView,
  { activeId }: { readonly activeId: number },
): Decision<ResponseInit<"unregisterController">> {
  if (controllerId === activeId) {
    return refused(
      ErrorCode.INVALID_REQUEST,
      "Controller cannot unregister itself while it is active.",
    );
  }
  if (view.metadataVersion() < MetadataVersion.CONTROLLER_UNREGISTRATION) {
    return refused(
      ErrorCode.UNSUPPORTED_VERSION,
      "The current MetadataVersion is too old to support controller unregistration.",
    );
  }
  if (!view.controllers().some((state) => state.controllerId === controllerId)) {
    return refused(
      ErrorCode.CONTROLLER_ID_NOT_REGISTERED,
      `Controller ID ${controllerId} is not currently registered.`,
    );
  }
  return {
    records: [{ type: "unregisterController", version: 0, data: { controllerId } }],
    atomic: true,
    response: {},
  };
}

function refused(
  errorCode: number,
  errorMessage: string,
): Decision<ResponseInit<"unregisterController">> {
  return answerOnly({ errorCode, errorMessage });
}
