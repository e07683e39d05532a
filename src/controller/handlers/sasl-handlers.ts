/**
 * SASL (KIP-43, KIP-152) on a listener that has none: whoever is connected is let in already, and each attempt to log in
 * is refused in the form that an Apache controller with a PLAINTEXT listener gives it.
 */

import { ErrorCode } from "../../base/error-code.ts";
import type { Handlers } from "../handler.ts";

export const SASL_HANDLERS = {
  saslHandshake: (_quorum, _request, { respondent }) => {
    respondent.answer({ errorCode: ErrorCode.ILLEGAL_SASL_STATE }, null);
  },
  saslAuthenticate: (_quorum, _request, { respondent }) => {
    respondent.answer(
      {
        errorCode: ErrorCode.ILLEGAL_SASL_STATE,
        errorMessage: "SaslAuthenticate request received after successful authentication",
      },
      null,
    );
  },
} satisfies Handlers;
