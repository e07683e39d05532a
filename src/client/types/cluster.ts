/** The cluster and whether it can be reached. */

import type { Item, List, Related } from "./shape.ts";

export type KafkaCluster = Item<"KafkaCluster"> & {
  readonly controller: Related;
  readonly acls: Related;
  readonly brokers: Related;
  readonly broker_configs: Related;
  readonly consumer_groups: Related;
  readonly topics: Related;
  readonly partition_reassignments: Related;
  readonly quorum: Related;
  readonly log: Related;
  /** This and what follows: only where one cluster is described. */
  readonly controller_id?: number | undefined;
  readonly features?: Readonly<Record<string, number>> | undefined;
  /** Only when it was asked for: what the caller may do (KIP-430). */
  readonly authorized_operations?: readonly string[] | undefined;
};

export type KafkaClusterList = List<"KafkaClusterList", KafkaCluster>;

export type KafkaClusterCreated = Item<"KafkaCluster"> & {
  readonly voters: readonly {
    readonly controller_id: number;
    readonly directory_id: string;
    readonly host: string;
    readonly port: number;
  }[];
  readonly features: Readonly<Record<string, number>>;
  /** The first access token, where authentication is required. It is shown here only. */
  readonly access_token?: string | undefined;
};

export interface MetadataId {
  readonly id: string;
  readonly scope: {
    readonly path: readonly string[];
    readonly clusters: { readonly "kafka-cluster": string };
  };
}

export interface Health {
  readonly status: "ok";
  /** Who leads; only where the quorum was asked. */
  readonly controller_id?: number | undefined;
}

/** What creates the cluster. */
export interface NewCluster {
  /** Where brokers dial each controller. */
  readonly controllers: readonly {
    readonly id: number;
    readonly host: string;
    readonly port: number;
  }[];
  readonly cluster_id?: string | undefined;
  /** Such as "4.4". Not with `metadata_version`. */
  readonly release?: string | undefined;
  readonly metadata_version?: number | string | undefined;
  /** Whose the first access token is; User:admin when absent. */
  readonly admin_principal?: string | undefined;
  readonly features?: Readonly<Record<string, number>> | undefined;
}
