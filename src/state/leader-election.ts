/** Who leads a partition: the choice among its replicas (KIP-704, KIP-858, KIP-966). */

import type { Uuid } from "../base/uuid.ts";
import type { BrokerState, MetadataView, PartitionState } from "./metadata-view.ts";

export const NO_LEADER = -1;

/** `preferred` wants the first replica; `online` keeps whoever can lead; `unclean` takes anybody rather than nobody. */
export type ElectionMode = "preferred" | "online" | "unclean";

/** Reserved directory ids: the replica's place is not known yet, or is known to be lost. */
const UNASSIGNED_DIR: Uuid = "AAAAAAAAAAAAAAAAAAAAAQ";
const LOST_DIR: Uuid = "AAAAAAAAAAAAAAAAAAAAAg";
const MIGRATING_DIR: Uuid = "AAAAAAAAAAAAAAAAAAAAAA";

export interface Election {
  readonly mode: ElectionMode;
  readonly replicas: readonly number[];
  /** The ISR and ELR that the change arrives at. */
  readonly isr: readonly number[];
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
  readonly currentLeader: number;
  readonly elrEnabled: boolean;
  isAcceptable(replica: number): boolean;
}

export interface Elected {
  /** -1 when nobody can lead. */
  readonly leader: number;
  /** The leader may lack records that were acknowledged. */
  readonly unclean: boolean;
}

export function electLeader(election: Election): Elected {
  const clean = electCleanly(election);
  if (clean !== NO_LEADER) return { leader: clean, unclean: false };
  const { mode, replicas, isr, elr, lastKnownElr, elrEnabled, isAcceptable } = election;
  if (elrEnabled && isr.length === 0 && elr.length === 0) {
    const [lastKnown] = lastKnownElr;
    if (lastKnown !== undefined && lastKnownElr.length === 1 && isAcceptable(lastKnown)) {
      return { leader: lastKnown, unclean: true };
    }
  }
  const anybody =
    mode === "unclean" ? replicas.find((replica) => isAcceptable(replica)) : undefined;
  return { leader: anybody ?? NO_LEADER, unclean: anybody !== undefined };
}

function electCleanly(election: Election): number {
  const { mode, replicas, isr, elr, currentLeader, isAcceptable } = election;
  const eligible = isr.length === 0 ? elr : isr;
  const isValid = (replica: number): boolean => eligible.includes(replica) && isAcceptable(replica);
  const [preferred] = replicas;
  if (mode === "preferred" && preferred !== undefined && isValid(preferred)) return preferred;
  if (isValid(currentLeader)) return currentLeader;
  return replicas.find(isValid) ?? NO_LEADER;
}

/** True when the broker is registered, not fenced and not about to shut down. */
export function isActive(view: MetadataView, brokerId: number): boolean {
  const broker = view.broker(brokerId);
  return broker !== null && !broker.fenced && !broker.inControlledShutdown;
}

/** True when the broker has a replica of the partition, in a directory that is not known to be offline (KIP-858). */
export function isDirectoryOnline(
  view: MetadataView,
  partition: PartitionState,
  brokerId: number,
): boolean {
  const directory = partition.directories[partition.replicas.indexOf(brokerId)];
  // An ELR may still name a broker that a reassignment took the replica from.
  const broker = view.broker(brokerId);
  return directory !== undefined && broker !== null && isDirectoryOf(broker, directory);
}

/** True when the directory is one of those that the broker has online, or not known yet. */
export function isDirectoryOf({ logDirs }: BrokerState, directory: Uuid): boolean {
  if (directory === UNASSIGNED_DIR || directory === MIGRATING_DIR) return true;
  if (directory === LOST_DIR) return false;
  return logDirs.length === 0 || logDirs.includes(directory);
}
