/** Access control lists. Where no authorizer is configured, these calls fail with error code 40002. */

import { type Calls, failuresOf } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { ListOptions, WriteOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  AclDeletion,
  AclEntry,
  AclFailures,
  AclFilter,
  KafkaAclList,
  KafkaAclsDeleted,
} from "../types/security.ts";

export class AclsArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  search(filter: AclFilter = {}, options: ListOptions = {}): Listing<KafkaAclList> {
    return this.#calls.list("searchAcls", { query: { ...filter } }, options);
  }

  create(acl: AclEntry, options: WriteOptions = {}): Promise<Answer<null>> {
    return this.#calls.call("createAcl", { body: acl }, options);
  }

  /** The answer has what failed; nothing when all were created. */
  createMany(
    acls: readonly AclEntry[],
    options: WriteOptions = {},
  ): Promise<Answer<AclFailures["failures"]>> {
    return failuresOf(this.#calls.call("createAcls", { body: { data: acls } }, options));
  }

  /** The answer has what was deleted. */
  delete(filter: AclDeletion, options: WriteOptions = {}): Promise<Answer<KafkaAclsDeleted>> {
    return this.#calls.call("deleteAcls", { query: { ...filter } }, options);
  }
}
