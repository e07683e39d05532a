/** What users, client ids and addresses may use. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { ListOptions, WriteOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type { KafkaClientQuotaList, QuotaChanges } from "../types/security.ts";

export class QuotasArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  list(options: ListOptions = {}): Listing<KafkaClientQuotaList> {
    return this.#calls.list("listClientQuotas", {}, options);
  }

  /** Of one entity: all of the changes or none. */
  alter(changes: QuotaChanges, options: WriteOptions = {}): Promise<Answer<null>> {
    return this.#calls.call("alterClientQuotas", { body: changes }, options);
  }
}
