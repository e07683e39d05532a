/** AllocateProducerIds (KIP-730): hands brokers blocks of producer ids; no id is ever in two blocks. */

import { ErrorCode } from "../base/error-code.ts";
import type { RequestOf, ResponseInit } from "../protocol/apis.ts";
import { answerOnly, type Decision } from "./decision.ts";
import type { MetadataView } from "./metadata-view.ts";

const BLOCK_LENGTH = 1000;
const MAX_INT64 = 2n ** 63n - 1n;

/** Error codes: STALE_BROKER_EPOCH; UNKNOWN_SERVER_ERROR when all ids are given out. */
export function decideAllocateProducerIds(
  { brokerId, brokerEpoch }: RequestOf<"allocateProducerIds">,
  view: MetadataView,
): Decision<ResponseInit<"allocateProducerIds">> {
  const broker = view.broker(brokerId);
  if (broker === null || BigInt(broker.epoch) !== brokerEpoch) {
    return answerOnly({ errorCode: ErrorCode.STALE_BROKER_EPOCH });
  }
  const producerIdStart = view.nextProducerId();
  const nextProducerId = producerIdStart + BigInt(BLOCK_LENGTH);
  if (nextProducerId > MAX_INT64) {
    return answerOnly({ errorCode: ErrorCode.UNKNOWN_SERVER_ERROR });
  }
  return {
    records: [{ type: "producerIds", version: 0, data: { brokerId, brokerEpoch, nextProducerId } }],
    atomic: true,
    response: { producerIdStart, producerIdLen: BLOCK_LENGTH },
  };
}
