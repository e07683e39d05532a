/** A small cluster as decisions find it: brokers with racks and directories, topics with partitions. */

import { type Uuid, uuidFromBytes } from "../../src/base/uuid.ts";
import type { NewRecord } from "../../src/protocol/metadata-record.ts";
import { ELR_FEATURE } from "../../src/state/features.ts";
import { bootstrapRecords } from "../../src/state/format-levels.ts";
import { record, StateUnderTest } from "./records.ts";

export interface BrokerInTest {
  readonly id: number;
  readonly rack?: string;
  readonly fenced?: boolean;
  readonly inControlledShutdown?: boolean;
  /** One directory, unless it says otherwise. */
  readonly logDirs?: readonly Uuid[];
  readonly cordonedLogDirs?: readonly Uuid[];
}

export type PartitionInTest = Partial<Extract<NewRecord, { type: "partition" }>["data"]> & {
  readonly replicas: readonly number[];
};

/** A UUID with `n` in every byte. */
export function uuid(n: number): Uuid {
  return uuidFromBytes(new Uint8Array(16).fill(n));
}

/** The one directory of a broker. */
export function dirOf(brokerId: number): Uuid {
  return uuid(100 + brokerId);
}

/** The epoch with which `clusterState` registers a broker. */
export function epochOf(brokerId: number): bigint {
  return BigInt(1000 + brokerId);
}

export function clusterState(
  brokers: readonly BrokerInTest[],
  { metadataVersion = 30, elr = false } = {},
): StateUnderTest {
  const state = new StateUnderTest();
  const features = new Map(elr ? [[ELR_FEATURE, 1]] : []);
  state.apply(...bootstrapRecords({ metadataVersion, features }));
  for (const { id, rack = null, logDirs = [dirOf(id)], ...flags } of brokers) {
    const data = {
      brokerId: id,
      brokerEpoch: epochOf(id),
      rack,
      logDirs,
      fenced: flags.fenced ?? false,
      inControlledShutdown: flags.inControlledShutdown ?? false,
      cordonedLogDirs: flags.cordonedLogDirs ?? null,
    };
    state.apply(record("registerBroker", data, 4));
  }
  return state;
}

/** Adds a topic; every partition is led by its first replica, and all are in sync, unless it says otherwise. */
export function addTopic(
  state: StateUnderTest,
  { name, topicId, configs = {} }: TopicInTest,
  ...partitions: readonly PartitionInTest[]
): void {
  state.apply(
    record("topic", { name, topicId }),
    ...Object.entries(configs).map(([key, value]) =>
      record("config", { resourceType: 2, resourceName: name, name: key, value }),
    ),
    ...partitions.map((partition, partitionId) =>
      record(
        "partition",
        {
          topicId,
          partitionId,
          isr: partition.replicas,
          leader: partition.replicas[0] ?? -1,
          leaderEpoch: 3,
          partitionEpoch: 7,
          directories: partition.replicas.map(dirOf),
          ...partition,
        },
        2,
      ),
    ),
  );
}

interface TopicInTest {
  readonly name: string;
  readonly topicId: Uuid;
  readonly configs?: Readonly<Record<string, string>>;
}
