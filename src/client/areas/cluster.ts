/** The cluster. */

import type { Calls } from "../calls.ts";
import type { Answer } from "../http/answer.ts";
import type { CallOptions } from "../http/call-options.ts";
import type { Listing } from "../listing.ts";
import type {
  KafkaCluster,
  KafkaClusterCreated,
  KafkaClusterList,
  NewCluster,
} from "../types/cluster.ts";

export interface DescribeOptions {
  /** Whether to tell in `authorized_operations` what the caller may do. */
  readonly includeAuthorizedOperations?: boolean | undefined;
}

export class ClusterArea {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Its id, which everybody may know. Fails with status 404 when there is no cluster yet. */
  async id(options: CallOptions = {}): Promise<string> {
    const { value } = await this.#calls.call("getMetadataId", {}, options);
    return value.id;
  }

  get(options: CallOptions & DescribeOptions = {}): Promise<Answer<KafkaCluster>> {
    const query = { include_authorized_operations: options.includeAuthorizedOperations };
    return this.#calls.call("getCluster", { query }, options);
  }

  /** The cluster, or none. */
  list(options: CallOptions = {}): Listing<KafkaClusterList> {
    return this.#calls.list("listClusters", {}, options);
  }

  /**
   * Creates it, which can be done once. Where authentication is required the client must have the bootstrap token for its
   * token. It is not sent again when its answer was lost: see then whether there is a cluster.
   */
  create(cluster: NewCluster, options: CallOptions = {}): Promise<Answer<KafkaClusterCreated>> {
    return this.#calls.call("createCluster", { body: cluster }, options);
  }
}
