/** What deciding on a request comes to: records for the log, and the answer that goes out once they are committed. */

import type { NewRecord } from "../protocol/metadata-record.ts";

export interface Decision<Response> {
  readonly records: readonly NewRecord[];
  /** True when the records must become visible together; otherwise they may be cut into several batches. */
  readonly atomic: boolean;
  readonly response: Response;
}

/** A decision that changes nothing. */
export function answerOnly<Response>(response: Response): Decision<Response> {
  return { records: [], atomic: true, response };
}

/** Records that one request of a client may come to: Kafka's own number. */
export const MAX_RECORDS_PER_USER_OP = 10_000;
/** What Kafka says of a request that comes to more. */
export const TOO_LARGE = "Unable to perform excessively large batch operation.";

/** Longer than any message of ours that quotes nothing; a string on the wire has at most 32,767 bytes. */
const MAX_MESSAGE_LENGTH = 1000;

/** A message that quotes what a client sent, cut so that it can always be sent back. */
export function clipMessage(message: string): string {
  return message.length <= MAX_MESSAGE_LENGTH
    ? message
    : `${message.slice(0, MAX_MESSAGE_LENGTH)}...`;
}
