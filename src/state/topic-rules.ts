/** The rules for changing partitions, as the topics' and the cluster's configs set them. */

import type { Uuid } from "../base/uuid.ts";
import { effectiveTopicConfig } from "./effective-config.ts";
import { ELR_FEATURE } from "./features.ts";
import { isActive, isDirectoryOnline } from "./leader-election.ts";
import { partitionChangeRecordVersion } from "./metadata-version.ts";
import type { MetadataView, PartitionState } from "./metadata-view.ts";
import type { ChangeRules } from "./partition-change.ts";

export interface TopicRules {
  readonly uncleanElection: boolean;
  readonly elrEnabled: boolean;
  readonly minInsyncReplicas: number;
  readonly recordVersion: number;
}

/** Looks each topic's rules up once; lives as long as the decision that uses it. */
export class TopicRuleBook {
  readonly #view: MetadataView;
  readonly #elrEnabled: boolean;
  readonly #recordVersion: number;
  readonly #byTopic = new Map<Uuid, TopicRules>();

  constructor(view: MetadataView) {
    this.#view = view;
    this.#elrEnabled = view.featureLevel(ELR_FEATURE) > 0;
    this.#recordVersion = partitionChangeRecordVersion(view.metadataVersion());
  }

  rulesOf(topicId: Uuid): TopicRules {
    let rules = this.#byTopic.get(topicId);
    if (rules === undefined) {
      rules = this.#lookUp(topicId);
      this.#byTopic.set(topicId, rules);
    }
    return rules;
  }

  /** Rules of an election in which a broker counts as active when it is, apart from `except` and `besides`. */
  changeRules(
    topicId: Uuid,
    partition: PartitionState,
    exceptions: { readonly except?: number; readonly besides?: number } = {},
  ): ChangeRules {
    const rules = this.rulesOf(topicId);
    const { except = -1, besides = -1 } = exceptions;
    const view = this.#view;
    return {
      mode: rules.uncleanElection ? "unclean" : "online",
      elrEnabled: rules.elrEnabled,
      minInsyncReplicas: rules.minInsyncReplicas,
      recordVersion: rules.recordVersion,
      isAcceptable: (replica) =>
        replica !== except &&
        (replica === besides || isActive(view, replica)) &&
        isDirectoryOnline(view, partition, replica),
    };
  }

  #lookUp(topicId: Uuid): TopicRules {
    const name = this.#view.topicById(topicId)?.name ?? "";
    const replicationFactor = this.#view.partition(topicId, 0)?.replicas.length ?? 1;
    const minInsync = Number(effectiveTopicConfig(this.#view, name, "min.insync.replicas"));
    return {
      uncleanElection: isTrue(
        effectiveTopicConfig(this.#view, name, "unclean.leader.election.enable"),
      ),
      elrEnabled: this.#elrEnabled,
      // Brokers' values are not checked when they are set.
      minInsyncReplicas: Number.isInteger(minInsync) ? Math.min(minInsync, replicationFactor) : 1,
      recordVersion: this.#recordVersion,
    };
  }
}

/** Kafka reads this one in any case, but with no blanks around it. */
function isTrue(value: string): boolean {
  return value.toLowerCase() === "true";
}
