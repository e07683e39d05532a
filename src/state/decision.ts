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
