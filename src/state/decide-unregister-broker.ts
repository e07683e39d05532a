/** UnregisterBroker (KIP-631): forgets a broker, living or not. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { recordsForUnregistering } from "./broker-leadership.ts";
import { answerOnly, type Decision } from "./decision.ts";
import type { MetadataView } from "./metadata-view.ts";

/** Error code: BROKER_ID_NOT_REGISTERED. */
export function decideUnregisterBroker(
  { brokerId }: RequestOf<"unregisterBroker">,
  view: MetadataView,
): Decision<ResponseInit<"unregisterBroker">> {
  const broker = view.broker(brokerId);
  if (broker === null) {
    return answerOnly({
      errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED,
      errorMessage: `Broker ID ${brokerId} is not currently registered`,
    });
  }
  return {
    records: [
      ...recordsForUnregistering(view, brokerId),
      {
        type: "unregisterBroker",
        version: 0,
        data: { brokerId, brokerEpoch: BigInt(broker.epoch) },
      },
    ],
    atomic: false,
    response: {},
  };
}
